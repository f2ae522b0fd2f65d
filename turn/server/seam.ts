import type { Effect } from '../../stun/machine.ts';
import type { StunMessage } from '../../stun/message.ts';
import type { Answer } from './answer.ts';
import type { AnswerSeal } from './authenticator.ts';
import type { FiveTuple } from './five-tuple.ts';
import type { TurnServerEvent } from './turn-server-event.ts';

/** One message between a client and this server, and whose it is. */
export interface Passage {
  readonly tuple: FiveTuple;
  /** Owner of the five-tuple’s allocation, or the one who sent the request; null: nobody known yet. */
  readonly username: string | null;
  /** Null: ChannelData. */
  readonly message: StunMessage | null;
  /** Null: a STUN message. */
  readonly channel: number | null;
  readonly bytes: Uint8Array;
}

export interface Departure extends Passage {
  /** With what the message was sealed, so that a changed one can be sealed again; null: without integrity. */
  readonly seal: AnswerSeal | null;
  readonly withFingerprint: boolean;
}

/** What happens to a message that came in. */
export type Ruling =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop'; readonly why: string }
  /** It is not looked at; this is the answer, sealed for the five-tuple’s owner where there is one. */
  | { readonly kind: 'answer'; readonly answer: Answer };

/**
 * The one place that every message passes, on its way in before it is judged and on its way out before it is sent.
 * Without a seam everything passes unchanged. A seam may keep messages and send them later.
 */
export interface Seam {
  incoming(nowMs: number, passage: Passage): Ruling;
  /** @param send what would be sent; what comes back is sent in its place */
  outgoing(nowMs: number, departure: Departure, send: Effect<TurnServerEvent>): Effect<TurnServerEvent>[];
  nextDeadlineMs(): number | null;
  onDeadline(nowMs: number): Effect<TurnServerEvent>[];
}
