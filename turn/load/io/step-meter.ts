/** Counts of the step that is running. Recording allocates nothing. */
import { performance } from 'node:perf_hooks';
import { Heat } from '../heat.ts';
import { Histogram } from '../histogram.ts';
import { type SliceOrder, Slices } from '../slices.ts';
import type { GeneratorGauges, StepCount } from '../step-count.ts';

export interface MeasuredTime {
  readonly step: number;
  /** Only what is due between these counts. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly slices?: SliceOrder | undefined;
}

export class StepMeter {
  readonly #lateness = new Histogram();
  readonly #outward = new Histogram();
  readonly #roundTrip = new Histogram();
  #time: MeasuredTime = { step: 0, fromMs: 0, toMs: 0 };
  #scheduled = 0;
  #sent = 0;
  #arrivedOut = 0;
  #arrivedBack = 0;
  #unsent = 0;
  #sendErrors: Record<string, number> = {};
  #failures: Record<string, number> = {};
  #slices: Slices | null = null;
  #heat: Heat | null = null;
  /** Of arrivals, so that an event loop that only receives is not taken for an idle one. */
  arrivals = 0;

  begin(time: MeasuredTime): void {
    this.#time = time;
    const { slices, fromMs, toMs } = time;
    this.#slices = slices === undefined ? null : new Slices(slices, fromMs, toMs);
    this.#heat = new Heat(fromMs, toMs);
    this.#lateness.clear();
    this.#outward.clear();
    this.#roundTrip.clear();
    this.#scheduled = 0;
    this.#sent = 0;
    this.#arrivedOut = 0;
    this.#arrivedBack = 0;
    this.#unsent = 0;
  }

  sent(dueMs: number, nowMs: number): void {
    if (!this.#isMeasured(dueMs)) return;
    this.#scheduled += 1;
    this.#sent += 1;
    this.#lateness.record(nowMs - dueMs);
    this.#slices?.sent(dueMs);
    this.#heat?.sent(dueMs);
  }

  unsent(dueMs: number): void {
    if (!this.#isMeasured(dueMs)) return;
    this.#scheduled += 1;
    this.#unsent += 1;
  }

  arrivedOut(dueMs: number, step: number, nowMs = performance.now()): void {
    this.arrivals += 1;
    if (step !== this.#time.step || !this.#isMeasured(dueMs)) return;
    this.#arrivedOut += 1;
    this.#outward.record(nowMs - dueMs);
  }

  arrivedBack(dueMs: number, step: number, nowMs = performance.now()): void {
    this.arrivals += 1;
    if (step !== this.#time.step || !this.#isMeasured(dueMs)) return;
    this.#arrivedBack += 1;
    const delayMs = nowMs - dueMs;
    this.#roundTrip.record(delayMs);
    this.#slices?.back(dueMs, delayMs);
    this.#heat?.back(dueMs, delayMs);
  }

  sendFailed(code: string): void {
    this.#sendErrors[code] = (this.#sendErrors[code] ?? 0) + 1;
  }

  /** By code of the catalogue, or errno name. */
  failed(code: string): void {
    this.#failures[code] = (this.#failures[code] ?? 0) + 1;
  }

  /** @param tellsOutward whether a peer counts what comes out of the relay */
  count(gauges: GeneratorGauges, tellsOutward: boolean): StepCount {
    const [failures, sendErrors] = [this.#failures, this.#sendErrors];
    // Those of the time between two steps, when allocations are made for the next, belong to that one.
    this.#failures = {};
    this.#sendErrors = {};
    return {
      scheduled: this.#scheduled,
      sent: this.#sent,
      arrivedOut: tellsOutward ? this.#arrivedOut : null,
      arrivedBack: this.#arrivedBack,
      unsent: this.#unsent,
      sendErrors,
      failures,
      lateness: this.#lateness.state(),
      outward: this.#outward.state(),
      roundTrip: this.#roundTrip.state(),
      gauges,
      heat: this.#heat?.state(),
      ...(this.#slices === null ? {} : { slices: this.#slices.all() }),
    };
  }

  #isMeasured(dueMs: number): boolean {
    return dueMs >= this.#time.fromMs && dueMs < this.#time.toMs;
  }
}
