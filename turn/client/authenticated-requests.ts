import type { Attribute } from '../../stun/attributes.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { checkIntegrity, sealMessage } from '../../stun/integrity.ts';
import type { Effect, RandomBytes } from '../../stun/machine.ts';
import { getAttribute, type StunMessage } from '../../stun/message.ts';
import { type AllocationFailure, answerFailure } from './allocation-failure.ts';
import { type Attempt, type AuthLadder, type Dress, firstAttempt } from './auth-ladder.ts';
import type { PendingRequests, Settlement, TransactionEvent } from './pending-requests.ts';

export type Outcome =
  | { readonly ok: true; readonly message: StunMessage }
  | { readonly ok: false; readonly failure: AllocationFailure };

export interface Ask<Event> {
  /** Purpose of the first transaction; the ones after it get `-auth` (after 401) or `-nonce` (after 438). */
  readonly purpose: string;
  readonly method: number;
  readonly attributes: readonly Attribute[];
  /** A challenge is all that is wanted: it is the end, as a failure with its code. Later requests make use of it. */
  readonly endsChallenged?: true;
  readonly ended: (nowMs: number, outcome: Outcome) => Effect<Event>[];
}

/** Requests that climb the authentication ladder by themselves: the caller sees only how it ended. */
export class AuthenticatedRequests<Event> {
  readonly #pending: PendingRequests<Event | TransactionEvent>;
  readonly #ladder: AuthLadder;
  readonly #random: RandomBytes;
  local: Endpoint | null = null;

  constructor(pending: PendingRequests<Event | TransactionEvent>, ladder: AuthLadder, random: RandomBytes) {
    this.#pending = pending;
    this.#ladder = ladder;
    this.#random = random;
  }

  ask(nowMs: number, ask: Ask<Event | TransactionEvent>): Effect<Event | TransactionEvent>[] {
    return this.#attempt(nowMs, ask, ask.purpose, firstAttempt);
  }

  #attempt(
    nowMs: number,
    ask: Ask<Event | TransactionEvent>,
    purpose: string,
    before: Attempt,
  ): Effect<Event | TransactionEvent>[] {
    const dress = this.#ladder.dress();
    const attempt = { ...before, sealed: dress.seal !== null };
    const transactionId = this.#random(12);
    const message: StunMessage = {
      method: ask.method,
      class: 'request',
      transactionId,
      attributes: [...ask.attributes, ...dress.attributes],
    };
    return this.#pending.begin(nowMs, this.local, {
      purpose,
      transactionId,
      request: sealMessage(message, { ...dress.seal, fingerprint: true }),
      authentic: (answer, bytes) => isAuthentic(answer, bytes, dress),
      onSettled: (settledMs, settlement) => this.#onSettled(settledMs, ask, attempt, settlement),
    });
  }

  #onSettled(
    nowMs: number,
    ask: Ask<Event | TransactionEvent>,
    attempt: Attempt,
    settlement: Settlement,
  ): Effect<Event | TransactionEvent>[] {
    if (settlement.kind === 'success') return ask.ended(nowMs, { ok: true, message: settlement.message });
    if (settlement.kind === 'none') return ask.ended(nowMs, { ok: false, failure: settlement.failure });
    const climb = this.#ladder.onRefusal(settlement.message, attempt);
    if (!climb.retry) return ask.ended(nowMs, { ok: false, failure: climb.failure });
    if (ask.endsChallenged === true)
      return ask.ended(nowMs, { ok: false, failure: answerFailure(settlement.message) });
    const suffix = climb.because === 'stale' ? 'nonce' : 'auth';
    return this.#attempt(nowMs, ask, `${ask.purpose}-${suffix}`, climb.attempt);
  }
}

/** A server cannot always seal these: it may not know the key yet (RFC 8489 s9.2.4). */
const unsealedErrors: ReadonlySet<number> = new Set([400, 401, 438]);

/**
 * RFC 8489 s9.2.5: a success must carry valid integrity of the kind that the request had. An error must not carry
 * a wrong one; one without any is believed, because the worst it can do is to end a test with its own name on it.
 */
function isAuthentic(message: StunMessage, bytes: Uint8Array, dress: Dress): boolean {
  if (dress.seal === null) return true;
  if (message.class === 'success') {
    const strongEnough =
      dress.seal.algorithm === 'sha1' || getAttribute(message, 'MESSAGE-INTEGRITY-SHA256') !== undefined;
    return strongEnough && checkIntegrity(bytes, dress.seal.key) === 'valid';
  }
  const code = getAttribute(message, 'ERROR-CODE')?.code ?? 0;
  return unsealedErrors.has(code) || checkIntegrity(bytes, dress.seal.key) !== 'invalid';
}
