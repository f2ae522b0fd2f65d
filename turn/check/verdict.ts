import type { CheckSeverity, CheckStatus } from '../../contract/turn-report.ts';

/** What a check found. */
export interface Verdict {
  readonly status: CheckStatus;
  /** What was seen, in plain words with figures. */
  readonly observed: string;
  /** Where this case is worse or better than the check's own severity. */
  readonly severity?: CheckSeverity;
  /** Replaces the fix of the check's row, where the case decides what to write. */
  readonly fix?: string;
}

type More = Pick<Verdict, 'severity' | 'fix'>;

export function passed(observed: string): Verdict {
  return { status: 'passed', observed };
}

export function failed(observed: string, more: More = {}): Verdict {
  return { status: 'failed', observed, ...more };
}

export function warned(observed: string, more: More = {}): Verdict {
  return { status: 'warned', observed, ...more };
}

/** Not measured, with the reason. */
export function skipped(observed: string): Verdict {
  return { status: 'skipped', observed };
}

/** Passed or failed, by one condition. */
export function judged(holds: boolean, observed: string, more: More = {}): Verdict {
  return holds ? passed(observed) : failed(observed, more);
}
