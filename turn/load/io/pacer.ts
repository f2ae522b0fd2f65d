/** Calls its task when something is due. */

export interface PacedTask {
  /** When something is due next; Infinity: never. */
  readonly nextMs: () => number;
  /** Does what is due. */
  readonly work: (nowMs: number) => void;
  /** Grows with everything that arrives. */
  readonly arrivals: () => number;
  /** Between two turns at least, while nothing waits: see `restBetweenTurns`. 0: none. */
  readonly restMs: number;
}

/** Timers count in whole milliseconds and are late: shorter waits are turns of the event loop, which cost processor time. */
const shortestTimerMs = 3;
const timerLeadMs = 2;
/** A turn without work takes microseconds; a longer one is no spare time, somebody else had the processor. */
const longestEmptyTurnMs = 0.1;
/** A shorter rest is over before the thread sleeps. */
const shortestRestMs = 0.02;
/** What the thread sleeps on: nobody wakes it. */
const silence = new Int32Array(new SharedArrayBuffer(4));

export class Pacer {
  readonly #task: PacedTask;
  #endMs = 0;
  #lastMs = 0;
  #lastArrivals = 0;
  #isLastEmpty = false;
  #restedMs = 0;
  #spareMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #resolve: (() => void) | null = null;

  constructor(task: PacedTask) {
    this.#task = task;
  }

  /** Turns of the event loop without any work, and rests between them, in ms since `run`; its sleep is not among them. */
  get spareMs(): number {
    return this.#spareMs;
  }

  /** Resolves at that time. */
  run(endMs: number): Promise<void> {
    this.#endMs = endMs;
    this.#spareMs = 0;
    this.#isLastEmpty = false;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#turn();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#resolve?.();
    this.#resolve = null;
  }

  readonly #turn = (): void => {
    const nowMs = performance.now();
    const arrivals = this.#task.arrivals();
    const turnMs = nowMs - this.#lastMs;
    if (this.#isLastEmpty && arrivals === this.#lastArrivals && turnMs < longestEmptyTurnMs)
      this.#spareMs += turnMs;
    this.#lastMs = nowMs;
    this.#lastArrivals = arrivals;
    const isDue = this.#task.nextMs() <= nowMs;
    if (isDue) this.#task.work(nowMs);
    if (nowMs >= this.#endMs) {
      this.stop();
      return;
    }
    const waitMs = Math.min(this.#task.nextMs(), this.#endMs) - nowMs;
    const sleeps = waitMs > shortestTimerMs;
    this.#isLastEmpty = !isDue && !sleeps;
    if (sleeps) this.#timer = setTimeout(this.#turn, Math.floor(waitMs - timerLeadMs));
    else {
      if (this.#task.nextMs() > nowMs) this.#rest();
      this.#immediate = setImmediate(this.#turn);
    }
  };

  /** With the whole thread: no timer of the event loop is that short. What was just sent has time to come back. */
  #rest(): void {
    const fromMs = performance.now();
    const restMs = this.#restedMs + this.#task.restMs - fromMs;
    this.#restedMs = fromMs;
    if (restMs < shortestRestMs) return;
    Atomics.wait(silence, 0, 0, restMs);
    this.#restedMs = performance.now();
    // Whatever is beyond that was no rest: somebody else had the processor.
    this.#spareMs += Math.min(this.#restedMs - fromMs, restMs + longestEmptyTurnMs);
    this.#lastMs = this.#restedMs;
  }
}
