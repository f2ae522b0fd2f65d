/** Turns with the event loop, which does everything else in between. */
import { performance } from 'node:perf_hooks';
import { Turner } from './turner.ts';

/** Timers count in whole milliseconds and are late: shorter waits are turns of the event loop, which cost processor time. */
const shortestTimerMs = 3;
const timerLeadMs = 2;
/** A turn without work takes microseconds; a longer one is no spare time, somebody else had the processor. */
const longestEmptyTurnMs = 0.1;
/** What the thread sleeps on: nobody wakes it. */
const silence = new Int32Array(new SharedArrayBuffer(4));

export class Pacer extends Turner {
  #lastMs = 0;
  #lastArrivals = 0;
  #isLastEmpty = false;
  #timer: NodeJS.Timeout | undefined;

  override run(endMs: number): Promise<void> {
    this.#isLastEmpty = false;
    return super.run(endMs);
  }

  override stop(): void {
    clearTimeout(this.#timer);
    super.stop();
  }

  protected override turn(): void {
    const { task } = this;
    const nowMs = performance.now();
    const arrivals = task.arrivals();
    const turnMs = nowMs - this.#lastMs;
    if (this.#isLastEmpty && arrivals === this.#lastArrivals && turnMs < longestEmptyTurnMs)
      this.spareMs += turnMs;
    this.#lastMs = nowMs;
    this.#lastArrivals = arrivals;
    const isDue = task.nextMs() <= nowMs;
    if (isDue) task.work(nowMs);
    if (nowMs >= this.endMs) {
      this.stop();
      return;
    }
    const waitMs = Math.min(task.nextMs(), this.endMs) - nowMs;
    const sleeps = waitMs > shortestTimerMs;
    this.#isLastEmpty = !isDue && !sleeps;
    if (sleeps) this.#timer = setTimeout(() => this.turn(), Math.floor(waitMs - timerLeadMs));
    else {
      if (task.nextMs() > nowMs) this.rest(this.#sleep);
      this.turnSoon();
    }
  }

  readonly #sleep = (ms: number): void => {
    Atomics.wait(silence, 0, 0, ms);
    // Or it would be counted once more, as a turn without work.
    this.#lastMs = performance.now();
  };
}
