import type { Endpoint } from './endpoint.ts';
import type { LinkError, Transport } from './machine.ts';
import type { StunMessage } from './message.ts';

/**
 * answered – a success response · refused – an error response · silent – all transmissions ran out ·
 * failed – the link below broke · pending – still waiting. "Answered no" and "did not answer" are different facts.
 */
export type TransactionOutcome = 'answered' | 'refused' | 'silent' | 'failed' | 'pending';

/** One request with all its transmissions and what came back: the atom of evidence. */
export interface TransactionRecord {
  /** What it was for, e.g. `map-1/AP`, `filter/change-both`, `relay/allocate`. */
  readonly purpose: string;
  readonly transport: Transport;
  /** Local socket; null until it is known. */
  readonly local: Endpoint | null;
  readonly to: Endpoint;
  /** Machine time of each transmission. */
  readonly sentMs: readonly number[];
  readonly outcome: TransactionOutcome;
  readonly from: Endpoint | null;
  readonly receivedMs: number | null;
  /** Only where the answer belongs to one transmission without doubt; else null. */
  readonly rttMs: number | null;
  readonly response: StunMessage | null;
  readonly error: LinkError | null;
  /** Oddities: wrong source, duplicates, malformed answers. */
  readonly notes: readonly string[];
}
