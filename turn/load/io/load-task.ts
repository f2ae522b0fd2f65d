/** One axis of load in one worker. */
import type { LoadEngineUse } from '../../../contract/load-report.ts';
import type { AllocationFailure } from '../../client/allocation-failure.ts';
import type { StepOrder } from '../orders.ts';
import type { StepCount } from '../step-count.ts';

export type Prepared =
  | { readonly ok: true; readonly software: string | null; readonly engine?: LoadEngineUse }
  | { readonly ok: false; readonly failure: AllocationFailure };

export interface LoadTask {
  prepare(): Promise<Prepared>;
  /** Offers, waits for what comes late, and tells what was counted. */
  step(order: StepOrder): Promise<StepCount>;
  /** Gives back what is allocated. */
  finish(): Promise<void>;
  /** Drops everything at once. */
  close(): void;
}

/** Before there is load, who waits longer for one answer has no server. */
export const setUpGiveUpMs = 8_000;

/** A request that waits for its answer. */
export interface Due {
  readonly dueMs: number;
  readonly step: number;
}
