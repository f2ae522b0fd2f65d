/** What was written down during a call. All times are in milliseconds of one clock. */
import type { LabLinkState } from '../../contract/lab-agent.ts';
import type { LabCallEvent } from '../../contract/lab-call.ts';

export interface EndLog {
  /** When message 0, 1, 2, … was sent. */
  readonly sent: readonly number[];
  /** Number and time of what came from the other end. */
  readonly received: readonly (readonly [number, number])[];
}

export interface CallEvent extends Pick<LabCallEvent, 'do' | 'site' | 'recoverWithin'> {
  readonly atMs: number;
}

export interface CallLog {
  readonly startMs: number;
  readonly endMs: number;
  /** The offering end, and the other. */
  readonly ends: readonly [EndLog, EndLog];
  /** In the order of time. */
  readonly events: readonly CallEvent[];
  /** Of either end. */
  readonly links: readonly { readonly atMs: number; readonly state: LabLinkState }[];
  /** When a new offer was ordered. */
  readonly restarts: readonly number[];
}
