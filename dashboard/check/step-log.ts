/** Tells the state when steps begin and end, on the check’s own clock. */
import type { Clock } from './clock.ts';
import type { CheckEvent } from './state.ts';
import type { EndStatus, StepId } from './steps.ts';

export type Dispatch = (event: CheckEvent) => void;

export interface StepLog {
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  begin(step: StepId): void;
  end(step: StepId, status: EndStatus, detail: string): void;
}

export function stepLog(clock: Clock, dispatch: Dispatch): StepLog {
  return {
    clock,
    dispatch,
    begin: (step) => dispatch({ type: 'step-started', step, atMs: clock() }),
    end: (step, status, detail) => dispatch({ type: 'step-ended', step, status, detail, atMs: clock() }),
  };
}
