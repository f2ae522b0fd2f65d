import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { beforeIntegrity, unknownRequired } from '../../stun/heeded.ts';
import type { Effect, LinkError } from '../../stun/machine.ts';
import { type StunMessage, transactionKey } from '../../stun/message.ts';
import { ClientTransaction } from '../../stun/transaction.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { type AllocationFailure, linkFailure, typesText } from './allocation-failure.ts';
import { earlier } from './named-deadlines.ts';
import type { ServerLink } from './server-link.ts';

export interface TransactionEvent {
  readonly kind: 'transaction';
  readonly record: TransactionRecord;
}

/** How a request ended. */
export type Settlement =
  | { readonly kind: 'success'; readonly message: StunMessage; readonly record: TransactionRecord }
  | { readonly kind: 'error'; readonly message: StunMessage; readonly record: TransactionRecord }
  /** Nothing acceptable came back, or the link broke; `failure` says what. */
  | { readonly kind: 'none'; readonly failure: AllocationFailure; readonly record: TransactionRecord };

export interface RequestSpec<Event> {
  readonly purpose: string;
  readonly request: Uint8Array;
  readonly transactionId: Uint8Array;
  /** False: discard this answer as if it had never come (RFC 8489 s9.2.5). */
  readonly authentic?: (message: StunMessage, bytes: Uint8Array) => boolean;
  readonly onSettled: (nowMs: number, settlement: Settlement) => Effect<Event>[];
}

interface Pending<Event> {
  readonly spec: RequestSpec<Event>;
  readonly transaction: ClientTransaction;
  /** Why answers were discarded, for the case that no good one follows. */
  discarded: AllocationFailure | null;
}

/** The requests of one client that wait for their answers, and their retransmissions. */
export class PendingRequests<Event> {
  readonly #link: ServerLink;
  readonly #pending = new Map<string, Pending<Event>>();

  constructor(link: ServerLink) {
    this.#link = link;
  }

  begin(nowMs: number, local: Endpoint | null, spec: RequestSpec<Event>): Effect<Event | TransactionEvent>[] {
    const { transport, server, scheduleMs, giveUpMs } = this.#link;
    const transaction = new ClientTransaction({ ...spec, transport, to: server, scheduleMs, giveUpMs });
    this.#pending.set(transactionKey(spec.transactionId), { spec, transaction, discarded: null });
    return [this.#link.send(transaction.start(nowMs, local))];
  }

  /** Takes in a success or error response. */
  onMessage(
    nowMs: number,
    from: Endpoint,
    bytes: Uint8Array,
    message: StunMessage,
  ): Effect<Event | TransactionEvent>[] {
    const key = transactionKey(message.transactionId);
    const pending = this.#pending.get(key);
    if (pending === undefined) return [{ kind: 'ignore', reason: 'answer to no request of ours' }];
    if (pending.spec.authentic?.(message, bytes) === false) {
      pending.discarded = { code: 'stun-integrity', detail: '' };
      return [{ kind: 'ignore', reason: 'answer without a valid MESSAGE-INTEGRITY' }];
    }
    if (!pending.transaction.onMessage(nowMs, from, bytes, message)) {
      if (!sameEndpoint(from, this.#link.server)) {
        pending.discarded = { code: 'stun-wrong-source', detail: `answer from ${formatEndpoint(from)}` };
      }
      return [{ kind: 'ignore', reason: 'answer that does not fit its request' }];
    }
    this.#pending.delete(key);
    const { record } = pending.transaction;
    // RFC 8489 s6.3.3, s6.3.4: what must be understood and is not fails the transaction.
    const unknown = unknownRequired(beforeIntegrity(message.attributes));
    if (unknown.length > 0) {
      const failure: AllocationFailure = { code: 'stun-unknown-attribute', detail: typesText(unknown) };
      return this.#settle(nowMs, pending, { kind: 'none', failure, record });
    }
    const kind = message.class === 'success' ? 'success' : 'error';
    return this.#settle(nowMs, pending, { kind, message, record });
  }

  /** Bytes from the server that are no STUN message: remembered in case nothing better follows. */
  onJunk(problem: string): void {
    for (const pending of this.#pending.values()) {
      pending.discarded ??= { code: 'stun-malformed', detail: problem };
    }
  }

  onDeadline(nowMs: number): Effect<Event | TransactionEvent>[] {
    const effects: Effect<Event | TransactionEvent>[] = [];
    for (const [key, pending] of [...this.#pending]) {
      const { transaction } = pending;
      const again = transaction.onDeadline(nowMs);
      if (again !== null) effects.push(this.#link.send(again));
      if (!transaction.settled) continue;
      this.#pending.delete(key);
      const silence: AllocationFailure = { code: 'timeout', detail: sentTimes(transaction.record) };
      const failure = pending.discarded ?? silence;
      effects.push(...this.#settle(nowMs, pending, { kind: 'none', failure, record: transaction.record }));
    }
    return effects;
  }

  /** The link below is gone: nothing that waits will be answered. */
  failAll(nowMs: number, error: LinkError): Effect<Event | TransactionEvent>[] {
    const effects: Effect<Event | TransactionEvent>[] = [];
    for (const [key, pending] of [...this.#pending]) {
      this.#pending.delete(key);
      pending.transaction.onLinkError(nowMs, error);
      const { record } = pending.transaction;
      const failure = pending.discarded ?? linkFailure(error);
      effects.push(...this.#settle(nowMs, pending, { kind: 'none', failure, record }));
    }
    return effects;
  }

  /** The requests that still wait, as far as they have come. */
  get records(): TransactionRecord[] {
    return [...this.#pending.values()].map(({ transaction }) => transaction.record);
  }

  get size(): number {
    return this.#pending.size;
  }

  nextDeadlineMs(): number | null {
    let next: number | null = null;
    for (const { transaction } of this.#pending.values()) next = earlier(next, transaction.nextDeadlineMs());
    return next;
  }

  #settle(
    nowMs: number,
    pending: Pending<Event>,
    settlement: Settlement,
  ): Effect<Event | TransactionEvent>[] {
    const event: TransactionEvent = { kind: 'transaction', record: settlement.record };
    return [{ kind: 'emit', event }, ...pending.spec.onSettled(nowMs, settlement)];
  }
}

function sentTimes(record: TransactionRecord): string {
  const times = record.sentMs.length === 1 ? 'once' : `${record.sentMs.length} times`;
  return `sent ${times}`;
}
