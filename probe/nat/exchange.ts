/**
 * The part that the behaviour tests have in common: sockets, questions that are repeated until answered, and
 * silences that may be believed. Pacing and loss estimate are those of the discovery.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type AddressFamily, type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, RandomBytes } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, type StunMessage } from '../../stun/message.ts';
import type { NatProbe, ProbeSpec } from './nat-probe.ts';
import type { Pacing } from './pacing.ts';
import { ProbeBook } from './probe-book.ts';

export interface ExchangeOptions {
  readonly family: AddressFamily;
  readonly pacing: Pacing;
  readonly random: RandomBytes;
}

export class Exchange {
  readonly book: ProbeBook;
  private readonly options: ExchangeOptions;
  private readonly opening = new Set<string>();
  private startedMs = 0;
  private nowMs = 0;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.book = new ProbeBook(options.pacing);
  }

  get startedAtMs(): number {
    return this.startedMs;
  }

  /** Nothing is under way: every question that was asked has its outcome. */
  get idle(): boolean {
    return this.opening.size === 0 && this.book.allSettled;
  }

  open(nowMs: number, sockets: readonly string[]): Effect[] {
    this.startedMs = nowMs;
    for (const socket of sockets) this.opening.add(socket);
    return sockets.map((socket) => ({ kind: 'open', socket, transport: 'udp', family: this.options.family }));
  }

  take(nowMs: number, input: Input): Effect[] {
    this.nowMs = nowMs;
    switch (input.kind) {
      case 'opened':
        this.opening.delete(input.socket);
        this.book.locals.set(input.socket, input.local);
        return [];
      case 'open-failed':
        this.opening.delete(input.socket);
        for (const probe of this.book.beginOn(nowMs, input.socket)) probe.fail(input.error);
        return [];
      case 'received':
        return this.receive(input.socket, input.from, input.bytes);
      case 'send-failed':
        for (const probe of this.book.openProbes) {
          if (probe.spec.socket === input.socket && sameEndpoint(probe.spec.to, input.to))
            probe.fail(input.error);
        }
        return [];
      case 'start':
      case 'closed':
      case 'deadline':
        return [];
    }
  }

  /** Believes the silences that are due; call before new questions are asked. */
  judgeSilence(nowMs: number): void {
    this.nowMs = nowMs;
    if (!this.book.heard && nowMs >= this.firstAnswerDueMs) {
      this.book.dropWaiting();
      this.opening.clear();
      for (const probe of this.book.openProbes) probe.outcome = 'silent';
    }
    const wanted = this.book.sendsWanted(nowMs);
    for (const probe of this.book.openProbes) {
      const silentAtMs = this.book.silentAtMs(probe, wanted);
      if (silentAtMs !== null && nowMs >= silentAtMs) probe.outcome = 'silent';
    }
  }

  /** Sends what is due. */
  transmit(nowMs: number): Effect[] {
    this.book.beginReady(nowMs);
    const wanted = this.book.sendsWanted(nowMs);
    return this.book.openProbes.flatMap((probe): Effect[] => {
      const sendAtMs = this.book.nextSendAtMs(probe, wanted);
      if (sendAtMs === null || nowMs < sendAtMs) return [];
      const { socket, to } = probe.spec;
      return [{ kind: 'send', socket, to, bytes: probe.transmit(nowMs, this.options.random) }];
    });
  }

  nextDeadlineMs(): number {
    let next = this.book.heard ? Number.POSITIVE_INFINITY : this.firstAnswerDueMs;
    const wanted = this.book.sendsWanted(this.nowMs);
    for (const probe of this.book.openProbes) {
      next = Math.min(next, this.book.nextSendAtMs(probe, wanted) ?? next);
      next = Math.min(next, this.book.silentAtMs(probe, wanted) ?? next);
    }
    return next;
  }

  closeAll(): Effect[] {
    return [...this.book.locals.keys()].map((socket) => ({ kind: 'close', socket }));
  }

  evidence(idPrefix: string): Evidence[] {
    return this.book.evidence(this.startedMs, idPrefix);
  }

  asked(purpose: string): NatProbe | null {
    return this.book.probes.find((probe) => probe.spec.purpose === purpose) ?? null;
  }

  /** The public endpoint that the answer to this question named. */
  mappedBy(purpose: string): Endpoint | null {
    const response = this.asked(purpose)?.response ?? null;
    if (response === null) return null;
    return getAttribute(response, 'XOR-MAPPED-ADDRESS') ?? getAttribute(response, 'MAPPED-ADDRESS') ?? null;
  }

  private get firstAnswerDueMs(): number {
    return this.startedMs + this.options.pacing.firstAnswerMs;
  }

  private receive(socket: string, from: Endpoint, bytes: Uint8Array): Effect[] {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return [{ kind: 'ignore', reason: `malformed: ${decoded.problem}` }];
    const { message } = decoded;
    const probe = this.book.ownerOf(message);
    if (probe === null) return [{ kind: 'ignore', reason: 'unknown transaction id' }];
    return this.settle(probe, { socket, from, message, size: bytes.length });
  }

  private settle(
    probe: NatProbe,
    arrival: { socket: string; from: Endpoint; message: StunMessage; size: number },
  ): Effect[] {
    const { socket, from, message, size } = arrival;
    const { spec } = probe;
    const atTarget = socket === (spec.arrivesAt ?? spec.socket);
    if (message.class === 'request') {
      if (!atTarget) return [{ kind: 'ignore', reason: 'one’s own request came back to its sender' }];
      probe.arrive(this.nowMs, from, message);
      return [];
    }
    // An error response goes to the sender, wherever the answer was wanted.
    const refused = message.class === 'error' && socket === spec.socket;
    if (!atTarget && !refused) {
      probe.note(`${cameElsewhere}: ${formatEndpoint(from)} answered socket ${socket}`);
      return [{ kind: 'ignore', reason: 'the answer came to another socket' }];
    }
    const rttMs = probe.settle(this.nowMs, from, message, size);
    if (rttMs !== null) this.book.noteRtt(rttMs);
    return [];
  }
}

/** How notes begin that tell of an answer to a RESPONSE-PORT request which came to the sender instead. */
export const cameElsewhere = 'the answer came to another socket';

/** A question with nothing special about it. */
export function plainSpec(purpose: string, socket: string, to: Endpoint): ProbeSpec {
  return { purpose, role: 'behaviour', socket, to, change: 'none' };
}
