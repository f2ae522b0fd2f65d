/** What makes a schedule happen: calls a task whenever something is due, until a given time. */

import { performance } from 'node:perf_hooks';

export interface PacedTask {
  /** When something is due next; Infinity: never. */
  readonly nextMs: () => number;
  /** Does what is due. */
  readonly work: (nowMs: number) => void;
  /** Grows with everything that arrives. */
  readonly arrivals: () => number;
}

/** A shorter rest is over before the thread sleeps. */
const shortestRestMs = 0.02;
/** What is beyond that was no rest: somebody else had the processor. */
export const longestOversleepMs = 0.1;

export abstract class Turner {
  protected readonly task: PacedTask;
  protected endMs = 0;
  /** Turns without any work, and rests between turns, in ms since `run`; sleep of the event loop is not among them. */
  spareMs = 0;
  /** Between two turns at least; 0: none. */
  protected readonly restMs: number;
  readonly #oversleepMs: number;
  #restedMs = 0;
  #next: NodeJS.Immediate | undefined;
  #resolve: (() => void) | null = null;

  /**
   * @param restMs while nothing waits: see `restBetweenTurns`
   * @param oversleepMs how much longer than asked for a sleep may be and still is nothing but sleep
   */
  constructor(task: PacedTask, restMs: number, oversleepMs = longestOversleepMs) {
    this.task = task;
    this.restMs = restMs;
    this.#oversleepMs = oversleepMs;
  }

  /** Resolves at that time. */
  run(endMs: number): Promise<void> {
    this.endMs = endMs;
    this.spareMs = 0;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.turn();
    });
  }

  /** At once. */
  stop(): void {
    clearImmediate(this.#next);
    this.#resolve?.();
    this.#resolve = null;
  }

  /** Does what is due; then either there is another turn, or it stops. */
  protected abstract turn(): void;

  /** Once the event loop has had its own. */
  protected turnSoon(): void {
    this.#next = setImmediate(() => this.turn());
  }

  /** What is left of the rest. Then what was just sent has had time to come back. */
  protected rest(sleep: (ms: number) => void): void {
    const fromMs = performance.now();
    const leftMs = this.#restedMs + this.restMs - fromMs;
    this.#restedMs = fromMs;
    if (leftMs >= shortestRestMs) this.sleep(leftMs, sleep);
  }

  /** With the whole thread: no timer of the event loop is exact enough. */
  protected sleep(ms: number, sleep: (ms: number) => void): void {
    const fromMs = performance.now();
    sleep(ms);
    this.#restedMs = performance.now();
    this.spareMs += Math.min(this.#restedMs - fromMs, ms + this.#oversleepMs);
  }
}
