/** How a machine climbs that makes one part of a load. */
import type { StepOutcome } from '../../contract/load-report.ts';
import type { Ascent } from './ladder.ts';

/** Parts are never quite equal: flows are whole numbers. */
const safety = 2;

/**
 * The climb of a part. Whether a step is carried is decided when the parts are joined, so it goes on to the end of the
 * ladder, unless the whole cannot be carried any more even if the other parts lose nothing.
 */
export class PartClimb implements Ascent {
  readonly carried = null;
  readonly failed = null;
  readonly #steps: readonly number[];
  readonly #mostLostPercent: number;
  #at = 0;
  #end: Ascent['end'] | null = null;

  /** @param lossPercent what the whole may lose */
  constructor(steps: readonly number[], parts: number, lossPercent: number) {
    this.#steps = steps;
    this.#mostLostPercent = safety * parts * lossPercent;
  }

  get offer(): number | null {
    return this.#end === null ? (this.#steps[this.#at] ?? null) : null;
  }

  get end(): Ascent['end'] {
    return this.#end ?? 'stopped';
  }

  onStep(outcome: StepOutcome, lossPercent: number): void {
    this.#at += 1;
    const isOver = (outcome === 'loss' || outcome === 'policy') && lossPercent > this.#mostLostPercent;
    if (isOver || outcome === 'target-failed' || outcome === 'generator-limited') this.#end = outcome;
    else if (this.#at >= this.#steps.length) this.#end = 'end';
  }
}
