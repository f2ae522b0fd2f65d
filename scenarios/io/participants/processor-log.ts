/** Processor time of processes with all that they have started, read now and then, so that any window can be asked for. */
import { type Process, readProcesses, withDescendants } from './process-table.ts';

const msPerTick = 10;
const readEveryMs = 250;
/** Older readings are forgotten. */
const keptReadings = 2_400;

interface Reading {
  readonly atMs: number;
  readonly msByRoot: ReadonlyMap<number, number>;
}

/** Which processes of a tree count: the root too, or only what it has started. */
type Part = 'all' | 'children';

export class ProcessorLog {
  readonly #roots = new Map<number, Part>();
  #readings: Reading[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#read(), readEveryMs).unref();
  }

  watch(pid: number, part: Part = 'all'): void {
    this.#roots.set(pid, part);
    this.#read();
  }

  /**
   * 100 = one core. Null: the window is not covered by readings.
   *
   * @param fromMs and `toMs`: of `Date.now()`; the nearest readings outside the window are taken
   */
  percent(pid: number, fromMs: number, toMs: number): number | null {
    const known = this.#readings.flatMap(({ atMs, msByRoot }) => {
      const usedMs = msByRoot.get(pid);
      return usedMs === undefined ? [] : [{ atMs, usedMs }];
    });
    const first = known.findLast(({ atMs }) => atMs <= fromMs) ?? known[0];
    const last = known.find(({ atMs }) => atMs >= toMs) ?? known.at(-1);
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null;
    // Of processes that ended within the window the time is lost: a browser’s helpers do, after the start.
    const usedMs = Math.max(0, last.usedMs - first.usedMs);
    return Math.round((usedMs / (last.atMs - first.atMs)) * 1000) / 10;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #read(): void {
    const processes = readProcesses();
    const msByRoot = new Map(
      [...this.#roots].map(([root, part]) => [root, ticksOf(processes, root, part) * msPerTick]),
    );
    this.#readings = [...this.#readings.slice(1 - keptReadings), { atMs: Date.now(), msByRoot }];
  }
}

function ticksOf(processes: readonly Process[], root: number, part: Part): number {
  const wanted = withDescendants(processes, [root]);
  if (part === 'children') wanted.delete(root);
  return processes.reduce((sum, { pid, ticks }) => (wanted.has(pid) ? sum + ticks : sum), 0);
}
