import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, LinkError, Machine } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, methods, type StunMessage } from '../../stun/message.ts';
import type { TransactionRecord } from '../../stun/transaction-record.ts';
import { type AllocationClientOptions, type AllocationEvent, emit, ignore } from './allocation-event.ts';
import { type AllocationFailure, linkFailure } from './allocation-failure.ts';
import { allocateAttributes, sendIndication } from './allocation-messages.ts';
import type { Ask, Outcome } from './authenticated-requests.ts';
import { earlier, NamedDeadlines } from './named-deadlines.ts';
import { channelRequest, permissionRequest } from './peer-requests.ts';
import { RelayPeers } from './relay-peers.ts';
import { RequestLine } from './request-line.ts';
import { closedByServer } from './server-link.ts';

export type { AllocationClientOptions, AllocationEvent } from './allocation-event.ts';

type Effects = Effect<AllocationEvent>[];
type State = 'new' | 'opening' | 'meeting' | 'ready' | 'allocating' | 'allocated' | 'releasing' | 'done';

/** RFC 8656 s3.2: the lifetime that a server gives when nobody says otherwise. */
const defaultLifetimeSec = 600;
/** RFC 8656 s7.4: ports to try before giving up on a server that calls each of them taken (437). */
export const maxPorts = 3;
/** What a server says to one whom it has not met. */
const greetings: ReadonlySet<AllocationFailure['code']> = new Set(['turn-401', 'turn-437']);
/** RFC 8489 s14.3 allows fewer than 509 bytes. */
const maxUsernameBytes = 508;

/**
 * One TURN allocation (RFC 8656) over UDP, TCP or TLS: allocate, keep alive, talk to peers, release. Methods that
 * start something return effects, which the machine that owns this client passes on with its own.
 */
export class AllocationClient implements Machine<AllocationEvent> {
  readonly #options: AllocationClientOptions;
  #line: RequestLine;
  /** Ports that it has asked from, this one included. */
  #ports = 1;
  readonly #peers = new RelayPeers();
  readonly #deadlines = new NamedDeadlines<'open' | 'refresh'>();
  #state: State = 'new';

  constructor(options: AllocationClientOptions) {
    this.#options = options;
    this.#line = new RequestLine(options);
  }

  handle(nowMs: number, input: Input): Effects {
    if (this.#state === 'done') return [];
    if (input.kind === 'start') return this.#start(nowMs);
    if (input.kind === 'deadline') return this.#onDeadline(nowMs);
    if (input.socket !== this.#line.link.socket) return [ignore('not our socket')];
    switch (input.kind) {
      case 'opened':
        if (this.#state !== 'opening') return [ignore('opened already')];
        this.#deadlines.clear('open');
        this.#line.requests.local = input.local;
        // A client that tries another port has its order already.
        return this.#options.waitsForOrder === true && this.#ports === 1
          ? this.#meet(nowMs)
          : this.#sendAllocate(nowMs);
      case 'open-failed':
        return this.#fail(linkFailure(input.error));
      case 'received':
        return this.#onReceived(nowMs, input.from, input.bytes);
      case 'send-failed':
        return this.#line.pending.failAll(nowMs, input.error);
      case 'closed':
        return this.#onLinkLost(nowMs, input.error ?? closedByServer);
    }
  }

  nextDeadlineMs(): number | null {
    if (this.#state === 'done') return null;
    const own = earlier(this.#deadlines.nextMs(), this.#line.pending.nextDeadlineMs());
    return this.#state === 'allocated' ? earlier(own, this.#peers.nextDeadlineMs()) : own;
  }

  /** Requests without outcome, for an owner that does not want to wait for it. */
  get unsettled(): readonly TransactionRecord[] {
    return this.#line.pending.records;
  }

  isFinished(): boolean {
    return this.#state === 'done';
  }

  /** Lets these peers' IP addresses send to the relayed address (RFC 8656 s10). Where kept, renewed every 4 minutes. */
  createPermission(nowMs: number, peers: readonly Endpoint[], isKept = true): Effects {
    if (this.#state !== 'allocated') return [ignore('no allocation')];
    return this.#ask(nowMs, permissionRequest(this.#peers, peers, isKept));
  }

  /** Binds a channel, which also permits the peer (RFC 8656 s12). Where kept, renewed every 9 minutes. */
  channelBind(nowMs: number, peer: Endpoint, isKept = true): Effects {
    if (this.#state !== 'allocated') return [ignore('no allocation')];
    const channel = this.#peers.numberFor(peer);
    if (channel === null) return [ignore('all channel numbers are used')];
    return this.#ask(nowMs, channelRequest(this.#peers, { peer, channel, isKept }));
  }

  /** Sends through the relay: over the peer's channel where one is bound, else as a Send indication (s11.1). */
  sendTo(_nowMs: number, peer: Endpoint, data: Uint8Array): Effects {
    if (this.#state !== 'allocated') return [ignore('no allocation')];
    const channel = this.#peers.channelTo(peer);
    if (channel !== null) return [this.#line.link.sendChannelData(channel, data)];
    return [this.#line.link.send(sendIndication(this.#options.random, peer, data))];
  }

  /** Gives the allocation back: a Refresh with LIFETIME 0 (RFC 8656 s8.1). Ends with `released`. */
  release(nowMs: number): Effects {
    if (this.#state !== 'allocated') return [ignore('no allocation')];
    this.#state = 'releasing';
    this.#deadlines.clearAll();
    return this.#ask(nowMs, {
      purpose: 'relay/release',
      method: methods.refresh,
      attributes: [{ name: 'LIFETIME', value: 0 }],
      ended: (_doneMs, outcome) => [emit({ kind: 'released', confirmed: outcome.ok }), ...this.#finish()],
    });
  }

  /** Several requests may come to their end in one step; what follows the end of the client is not told. */
  #ask(nowMs: number, ask: Ask<AllocationEvent>): Effects {
    const ended: typeof ask.ended = (doneMs, outcome) =>
      this.isFinished() ? [] : ask.ended(doneMs, outcome);
    return this.#line.requests.ask(nowMs, { ...ask, ended });
  }

  #start(nowMs: number): Effects {
    if (this.#state !== 'new') return [ignore('started already')];
    const username = this.#options.credentials?.username ?? '';
    if (new TextEncoder().encode(username).length > maxUsernameBytes) {
      return this.#fail({ code: 'config-invalid', detail: `username longer than ${maxUsernameBytes} bytes` });
    }
    return this.#open(nowMs);
  }

  #open(nowMs: number): Effects {
    this.#state = 'opening';
    this.#deadlines.set('open', nowMs + this.#line.link.giveUpMs);
    return [this.#line.link.open()];
  }

  /** RFC 8656 s7.4: the server has another client's allocation at this five-tuple, so ask again from a new port. */
  #openAnother(nowMs: number): Effects {
    const closing = this.#line.link.close();
    this.#ports += 1;
    this.#line = new RequestLine(this.#options);
    return [closing, ...this.#open(nowMs)];
  }

  /**
   * To know realm and nonce beforehand: a Refresh without credentials, of an allocation that is not there, is challenged
   * (RFC 8489 s9.2.4), or where nobody needs credentials answered with 437 (RFC 8656 s4).
   */
  #meet(nowMs: number): Effects {
    this.#state = 'meeting';
    return this.#ask(nowMs, {
      purpose: 'relay/meet',
      method: methods.refresh,
      attributes: [],
      endsChallenged: true,
      ended: (_doneMs, outcome) => {
        if (!outcome.ok && !greetings.has(outcome.failure.code)) return this.#fail(outcome.failure);
        this.#state = 'ready';
        return [emit({ kind: 'ready' })];
      },
    });
  }

  /** With `waitsForOrder`, once it is `ready`. */
  allocate(nowMs: number): Effects {
    return this.#state === 'ready' ? this.#sendAllocate(nowMs) : [ignore('not ready')];
  }

  #sendAllocate(nowMs: number): Effects {
    this.#state = 'allocating';
    return this.#ask(nowMs, {
      purpose: 'relay/allocate',
      method: methods.allocate,
      attributes: allocateAttributes(this.#options),
      ended: (doneMs, outcome) => this.#onAllocate(doneMs, outcome),
    });
  }

  #onAllocate(nowMs: number, outcome: Outcome): Effects {
    if (!outcome.ok) {
      const isTaken = outcome.failure.code === 'turn-437' && this.#ports < maxPorts;
      return isTaken ? this.#openAnother(nowMs) : this.#fail(outcome.failure);
    }
    const { message } = outcome;
    this.#state = 'allocated';
    const lifetimeSec = this.#scheduleRefresh(nowMs, message);
    const relayed = getAttribute(message, 'XOR-RELAYED-ADDRESS');
    if (relayed === undefined) {
      // Something was allocated all the same: give it back.
      const failure: AllocationFailure = { code: 'turn-no-relayed-address', detail: '' };
      return [emit({ kind: 'failed', failure }), ...this.release(nowMs)];
    }
    const mapped = getAttribute(message, 'XOR-MAPPED-ADDRESS') ?? null;
    const software = getAttribute(message, 'SOFTWARE') ?? null;
    const event = emit({ kind: 'allocated', relayed, mapped, lifetimeSec, software });
    return this.#options.releaseAfterAllocate === true ? [event, ...this.release(nowMs)] : [event];
  }

  /** Sets the next Refresh: a minute before the end, or half-way where the lifetime is short. */
  #scheduleRefresh(nowMs: number, message: StunMessage): number {
    const lifetimeSec = getAttribute(message, 'LIFETIME') ?? defaultLifetimeSec;
    this.#deadlines.set('refresh', nowMs + Math.max(lifetimeSec - 60, lifetimeSec / 2, 1) * 1000);
    return lifetimeSec;
  }

  /** Keeps the allocation (RFC 8656 s7). Done by itself in time; for owners that want it more often. */
  refresh(nowMs: number): Effects {
    if (this.#state !== 'allocated') return [ignore('no allocation')];
    const { lifetimeSec } = this.#options;
    return this.#ask(nowMs, {
      purpose: 'relay/refresh',
      method: methods.refresh,
      attributes: lifetimeSec === undefined ? [] : [{ name: 'LIFETIME', value: lifetimeSec }],
      ended: (doneMs, outcome) => {
        if (!outcome.ok) return this.#fail(outcome.failure);
        this.#scheduleRefresh(doneMs, outcome.message);
        return [];
      },
    });
  }

  #onDeadline(nowMs: number): Effects {
    const effects: Effects = this.#line.pending.onDeadline(nowMs);
    for (const name of this.#deadlines.takeDue(nowMs)) {
      if (name === 'refresh') effects.push(...this.refresh(nowMs));
      else effects.push(...this.#fail({ code: 'timeout', detail: 'the connection was not established' }));
    }
    if (this.#state !== 'allocated') return effects;
    const permissions = this.#peers.takeDuePermissions(nowMs);
    if (permissions.length > 0) effects.push(...this.createPermission(nowMs, permissions));
    for (const peer of this.#peers.takeDueChannels(nowMs)) effects.push(...this.channelBind(nowMs, peer));
    return effects;
  }

  #onReceived(nowMs: number, from: Endpoint, bytes: Uint8Array): Effects {
    const line = this.#line;
    const { frames, problem } = line.link.frames(bytes);
    const effects = frames.flatMap((frame) =>
      frame.kind === 'stun'
        ? this.#onStun(nowMs, from, frame.bytes)
        : this.#onChannelData(from, frame.channel, frame.data),
    );
    if (problem !== undefined && this.#state !== 'done' && line === this.#line) {
      line.pending.onJunk(problem);
      effects.push(...this.#onLinkLost(nowMs, { code: 'EPROTO', message: problem }));
    }
    return effects;
  }

  #onStun(nowMs: number, from: Endpoint, bytes: Uint8Array): Effects {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) {
      if (this.#line.link.isFromServer(from)) this.#line.pending.onJunk(decoded.problem);
      return [ignore(decoded.problem)];
    }
    const { message } = decoded;
    if (message.class === 'success' || message.class === 'error') {
      return this.#line.pending.onMessage(nowMs, from, bytes, message);
    }
    const peer = getAttribute(message, 'XOR-PEER-ADDRESS');
    const data = getAttribute(message, 'DATA');
    const isData = message.class === 'indication' && message.method === methods.data;
    if (!isData || peer === undefined || data === undefined)
      return [ignore(`a ${message.class} of no use here`)];
    if (!this.#line.link.isFromServer(from)) return [ignore('data from another address than the server')];
    return [emit({ kind: 'data', from: peer, bytes: data })];
  }

  #onChannelData(from: Endpoint, channel: number, data: Uint8Array): Effects {
    const peer = this.#peers.peerOf(channel);
    if (peer === null || !this.#line.link.isFromServer(from))
      return [ignore('data on a channel that is not bound')];
    return [emit({ kind: 'data', from: peer, bytes: data })];
  }

  /** Whatever waits is told first; where nothing waits, the allocation itself is what is lost. */
  #onLinkLost(nowMs: number, error: LinkError): Effects {
    const effects: Effects = this.#line.pending.failAll(nowMs, error);
    return this.isFinished() ? effects : [...effects, ...this.#fail(linkFailure(error))];
  }

  #fail(failure: AllocationFailure): Effects {
    return [emit({ kind: 'failed', failure }), ...this.#finish()];
  }

  #finish(): Effects {
    this.#state = 'done';
    this.#deadlines.clearAll();
    return [this.#line.link.close()];
  }
}
