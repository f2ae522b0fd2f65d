import type { Endpoint } from '../../stun/endpoint.ts';
import { sealMessage } from '../../stun/integrity.ts';
import type { Effect, Input, LinkError, Machine, RandomBytes } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, methods, type StunMessage } from '../../stun/message.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { type AllocationFailure, answerFailure, linkFailure } from './allocation-failure.ts';
import { PendingRequests, type Settlement, type TransactionEvent } from './pending-requests.ts';
import { closedByServer, type LinkOptions, ServerLink } from './server-link.ts';

export interface BindingClientOptions extends LinkOptions {
  readonly random: RandomBytes;
  /** Purpose in the transaction's record. Default `bind/udp`, `bind/tcp` or `bind/tls`. */
  readonly purpose?: string;
}

export type BindingEvent =
  | TransactionEvent
  | {
      readonly kind: 'mapped';
      readonly mapped: Endpoint;
      readonly software: string | null;
      /** Null where retransmissions leave open which request was answered. */
      readonly rttMs: number | null;
    }
  | { readonly kind: 'failed'; readonly failure: AllocationFailure };

type Effects = Effect<BindingEvent>[];

/** One Binding (RFC 8489 s12) over UDP, TCP or TLS: what address does this server see us from, and how fast. */
export class BindingClient implements Machine<BindingEvent> {
  readonly #options: BindingClientOptions;
  readonly #link: ServerLink;
  readonly #pending: PendingRequests<BindingEvent>;
  #openUntilMs: number | null = null;
  #done = false;

  constructor(options: BindingClientOptions) {
    this.#options = options;
    this.#link = new ServerLink(options, 'binding');
    this.#pending = new PendingRequests(this.#link);
  }

  handle(nowMs: number, input: Input): Effects {
    if (this.#done) return [];
    if (input.kind === 'start') {
      this.#openUntilMs = nowMs + this.#link.giveUpMs;
      return [this.#link.open()];
    }
    if (input.kind === 'deadline') return this.#onDeadline(nowMs);
    if (input.socket !== this.#link.socket) return [{ kind: 'ignore', reason: 'not our socket' }];
    switch (input.kind) {
      case 'opened':
        if (this.#openUntilMs === null) return [{ kind: 'ignore', reason: 'opened already' }];
        this.#openUntilMs = null;
        return this.#ask(nowMs, input.local);
      case 'open-failed':
        return this.#end({ kind: 'failed', failure: linkFailure(input.error) });
      case 'received':
        return this.#onReceived(nowMs, input.from, input.bytes);
      case 'send-failed':
        return this.#pending.failAll(nowMs, input.error);
      case 'closed':
        return this.#onLinkLost(nowMs, input.error ?? closedByServer);
    }
  }

  nextDeadlineMs(): number | null {
    return this.#done ? null : (this.#openUntilMs ?? this.#pending.nextDeadlineMs());
  }

  /** Requests without outcome, for an owner that does not want to wait for it. */
  get unsettled(): readonly TransactionRecord[] {
    return this.#pending.records;
  }

  isFinished(): boolean {
    return this.#done;
  }

  #ask(nowMs: number, local: Endpoint): Effects {
    const transactionId = this.#options.random(12);
    const attributes = [{ name: 'SOFTWARE', value: 'polynya' } as const];
    const message: StunMessage = { method: methods.binding, class: 'request', transactionId, attributes };
    return this.#pending.begin(nowMs, local, {
      purpose: this.#options.purpose ?? `bind/${this.#link.transport}`,
      transactionId,
      request: sealMessage(message, { fingerprint: true }),
      onSettled: (_nowMs, settlement) => this.#onSettled(settlement),
    });
  }

  #onSettled(settlement: Settlement): Effects {
    if (settlement.kind === 'none') return this.#end({ kind: 'failed', failure: settlement.failure });
    const { message, record } = settlement;
    if (settlement.kind === 'error') return this.#end({ kind: 'failed', failure: answerFailure(message) });
    // RFC 8489 s14.1: servers older than RFC 5389 send only MAPPED-ADDRESS.
    const mapped = getAttribute(message, 'XOR-MAPPED-ADDRESS') ?? getAttribute(message, 'MAPPED-ADDRESS');
    if (mapped === undefined) {
      return this.#end({ kind: 'failed', failure: { code: 'stun-no-mapped-address', detail: '' } });
    }
    const software = getAttribute(message, 'SOFTWARE') ?? null;
    return this.#end({ kind: 'mapped', mapped, software, rttMs: record.rttMs });
  }

  #onDeadline(nowMs: number): Effects {
    if (this.#openUntilMs !== null && nowMs >= this.#openUntilMs) {
      const failure: AllocationFailure = { code: 'timeout', detail: 'the connection was not established' };
      return this.#end({ kind: 'failed', failure });
    }
    return this.#pending.onDeadline(nowMs);
  }

  #onReceived(nowMs: number, from: Endpoint, bytes: Uint8Array): Effects {
    const { frames, problem } = this.#link.frames(bytes);
    const effects = frames.flatMap((frame): Effects => {
      if (frame.kind !== 'stun') return [{ kind: 'ignore', reason: 'channel data without an allocation' }];
      const decoded = decodeMessage(frame.bytes);
      if (decoded.ok) return this.#pending.onMessage(nowMs, from, frame.bytes, decoded.message);
      if (this.#link.isFromServer(from)) this.#pending.onJunk(decoded.problem);
      return [{ kind: 'ignore', reason: decoded.problem }];
    });
    if (problem === undefined || this.#done) return effects;
    this.#pending.onJunk(problem);
    return [...effects, ...this.#onLinkLost(nowMs, { code: 'EPROTO', message: problem })];
  }

  #onLinkLost(nowMs: number, error: LinkError): Effects {
    const effects: Effects = this.#pending.failAll(nowMs, error);
    return this.#done ? effects : [...effects, ...this.#end({ kind: 'failed', failure: linkFailure(error) })];
  }

  #end(event: BindingEvent): Effects {
    this.#done = true;
    return [{ kind: 'emit', event }, this.#link.close()];
  }
}
