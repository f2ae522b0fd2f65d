/** One climb: from step to step until one is not carried. */
import type { LoadAxis, LoadLadder, LoadProfile } from '../../contract/load-profile.ts';
import type { LadderEnd, LoadVerdict, StepOutcome } from '../../contract/load-report.ts';

/** Outcomes that say how much a server carries; of as many runs the first is told. */
export const limits = ['policy', 'loss', 'latency'] as const satisfies readonly StepOutcome[];

export function isLimit(end: LadderEnd | StepOutcome): end is NonNullable<LoadVerdict['limit']> {
  return limits.some((limit) => limit === end);
}

export const defaultLadders: Readonly<Record<LoadAxis, LoadLadder>> = {
  packets: { from: 1_000, to: 20_000, factor: 1.25 },
  allocations: { from: 20, to: 500, factor: 1.25 },
  held: { from: 100, to: 1_000, factor: 1.25 },
  permissions: { from: 100, to: 5_000, factor: 1.25 },
  channels: { from: 100, to: 2_000, factor: 1.25 },
  churn: { from: 20, to: 500, factor: 1.25 },
};

export function ladderOf({ axis, ladder }: LoadProfile): LoadLadder {
  return ladder ?? defaultLadders[axis];
}

/** The steps of a ladder; the last is its upper end, however near the one before it. */
export function stepsOf({ from, to, factor }: LoadLadder): number[] {
  const steps: number[] = [];
  for (let value = from; value < to; value *= factor) steps.push(Math.round(value));
  return [...new Set([...steps, Math.round(to)])];
}

/** What decides about the next step. */
export interface Ascent {
  /** Null: the climb is over. */
  readonly offer: number | null;
  readonly carried: number | null;
  readonly failed: number | null;
  readonly end: LadderEnd;
  onStep(outcome: StepOutcome, lossPercent: number): void;
}

/** Later runs begin so many steps below the lowest knee of those before them: what is certain is not measured again. */
const stepsBelowKnee = 3;

/** @param carried of earlier runs; null: nothing was */
export function firstStep(steps: readonly number[], carried: readonly (number | null)[]): number {
  if (carried.length === 0) return 0;
  const lowest = Math.min(...carried.map((value) => (value === null ? 0 : steps.indexOf(value))));
  return Math.max(0, lowest - stepsBelowKnee);
}

export class Climb implements Ascent {
  readonly #steps: readonly number[];
  #at: number;
  #isRepeat = false;
  #carried: number | null = null;
  #failed: number | null = null;
  #end: LadderEnd | null = null;

  /** @param first index of the step to begin with */
  constructor(steps: readonly number[], first = 0) {
    this.#steps = steps;
    this.#at = first;
  }

  /** What to offer next; null: the climb is over. */
  get offer(): number | null {
    return this.#end === null ? (this.#steps[this.#at] ?? null) : null;
  }

  get carried(): number | null {
    return this.#carried;
  }

  get failed(): number | null {
    return this.#failed;
  }

  get end(): LadderEnd {
    return this.#end ?? 'stopped';
  }

  onStep(outcome: StepOutcome): void {
    const offered = this.offer;
    if (offered === null) return;
    if (outcome === 'generator-limited' && !this.#isRepeat) {
      // Something else on this machine may have had one busy moment; twice in a row it is no accident.
      this.#isRepeat = true;
      return;
    }
    this.#isRepeat = false;
    if (outcome === 'carried') {
      this.#carried = offered;
      this.#at += 1;
      if (this.#at >= this.#steps.length) this.#end = 'end';
      return;
    }
    if (isLimit(outcome)) this.#failed = offered;
    this.#end = outcome;
  }
}
