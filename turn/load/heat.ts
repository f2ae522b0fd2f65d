/** Time × delay: how many of what was due in a slice of a step came back within which delay. Recording allocates nothing. */
import { heatBoundsUs, type LoadHeat } from '../../contract/load-heat.ts';

/** So many slices at most, of a length that people can read. */
const mostSlices = 25;
const lengthsMs = [1, 2, 5].flatMap((first) => [100, 1_000, 10_000, 100_000].map((power) => first * power));

/** What crosses a process border. */
export type HeatState = LoadHeat;

export function sliceMsOf(lastsMs: number): number {
  return Math.min(...lengthsMs.filter((lengthMs) => lengthMs * mostSlices >= lastsMs));
}

const bands = heatBoundsUs.length + 1;

export class Heat {
  readonly #fromMs: number;
  readonly #sliceMs: number;
  readonly #sent: Uint32Array;
  /** Slice by slice. */
  readonly #counts: Uint32Array;

  constructor(fromMs: number, toMs: number) {
    const lastsMs = toMs - fromMs;
    this.#fromMs = fromMs;
    this.#sliceMs = sliceMsOf(lastsMs);
    const slices = Math.max(1, Math.ceil(lastsMs / this.#sliceMs));
    this.#sent = new Uint32Array(slices);
    this.#counts = new Uint32Array(slices * bands);
  }

  sent(dueMs: number): void {
    const at = this.#sliceAt(dueMs);
    this.#sent[at] = (this.#sent[at] ?? 0) + 1;
  }

  back(dueMs: number, delayMs: number): void {
    const at = this.#sliceAt(dueMs) * bands + bandOf(delayMs * 1000);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  state(): HeatState {
    const slices = Array.from(this.#sent, (sent, at) => {
      const counts = Array.from(this.#counts.subarray(at * bands, (at + 1) * bands));
      return { sent, counts: withoutLastZeros(counts) };
    });
    return { sliceMs: this.#sliceMs, slices };
  }

  #sliceAt(dueMs: number): number {
    return Math.floor((dueMs - this.#fromMs) / this.#sliceMs);
  }
}

function bandOf(us: number): number {
  let band = 0;
  while (band < heatBoundsUs.length && us > (heatBoundsUs[band] ?? 0)) band += 1;
  return band;
}

function withoutLastZeros(counts: readonly number[]): number[] {
  return counts.slice(0, counts.findLastIndex((count) => count > 0) + 1);
}

/** Of several workers, whose steps began at the same time and are as long; null: one has none, or another division. */
export function joinHeat(workers: readonly (HeatState | undefined)[]): HeatState | null {
  const [first] = workers;
  if (first === undefined) return null;
  const all: HeatState[] = [];
  for (const heat of workers) {
    if (heat?.sliceMs !== first.sliceMs || heat.slices.length !== first.slices.length) return null;
    all.push(heat);
  }
  const slices = first.slices.map((_, at) => {
    const own = all.flatMap((heat) => heat.slices[at] ?? []);
    const width = Math.max(0, ...own.map(({ counts }) => counts.length));
    return {
      sent: own.reduce((sum, { sent }) => sum + sent, 0),
      counts: Array.from({ length: width }, (_band, band) =>
        own.reduce((sum, { counts }) => sum + (counts[band] ?? 0), 0),
      ),
    };
  });
  return { sliceMs: first.sliceMs, slices };
}
