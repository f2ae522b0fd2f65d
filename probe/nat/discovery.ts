/**
 * NAT behaviour discovery (RFC 5780 §4) as a machine: runs a plan on separate sockets, all tests side by side,
 * and records evidence. It judges one thing only: when a silence may be believed. What the evidence means is
 * said by `classify.ts`.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, RandomBytes } from '../../stun/machine.ts';
import { decodeMessage, getAttribute } from '../../stun/message.ts';
import { alternateOf, fullServer, isSettled, parityInQuestion, poolSeen } from './follow-up.ts';
import { ageMs } from './pacing.ts';
import {
  alternateSpecs,
  filterSpecs,
  firstMappingSpecs,
  mappingSocketIds,
  type NatPlan,
  paritySocketIds,
  poolSocketIds,
  portSpecs,
} from './plan.ts';
import { ProbeBook } from './probe-book.ts';
import { serverProofSpecs } from './server-proof.ts';
import { unusableAnswer } from './unusable-answer.ts';

export type DiscoveryEvent =
  /** The first answer came: UDP works. */
  | { readonly kind: 'first-answer'; readonly server: Endpoint; readonly rttMs: number }
  | { readonly kind: 'mapping-done' }
  | { readonly kind: 'finished'; readonly evidence: Evidence[] };

type DiscoveryEffect = Effect<DiscoveryEvent>;

/** Whatever happens, it ends then; what is still open stays `pending` and is never read as silence. */
const longestRunMs = 9_000;

export class NatDiscovery implements Machine<DiscoveryEvent> {
  private readonly plan: NatPlan;
  private readonly random: RandomBytes;
  private readonly book: ProbeBook;
  private readonly opening = new Set<string>();
  private startedMs = 0;
  /** When silence counts, as far as something else has answered. */
  private controlledDueMs: number | null = null;
  private nowMs = 0;
  /** The server whose corners and filter are tested. */
  private primary: Endpoint;
  private filterSocketCount = 0;
  /** Its alternate endpoint, once the corners have been asked for. */
  private other: Endpoint | null = null;
  private mappingSockets: readonly string[] = [];
  private poolAsked = false;
  private parityJudged = false;
  private serverProofAsked = false;
  private mappingReported = false;
  private abandoned = false;
  private finished = false;

  constructor(plan: NatPlan, random: RandomBytes) {
    const [first] = plan.servers;
    if (first === undefined) throw new RangeError('a NAT discovery plan needs at least one server');
    this.plan = plan;
    this.random = random;
    this.primary = first;
    this.book = new ProbeBook(plan.pacing);
  }

  handle(nowMs: number, input: Input): DiscoveryEffect[] {
    if (this.finished) return [{ kind: 'ignore', reason: 'finished' }];
    this.nowMs = nowMs;
    const effects = this.take(input);
    if (!this.book.heard && nowMs >= this.firstAnswerDueMs) this.endInSilence();
    if (nowMs >= this.startedMs + longestRunMs) this.abandoned = true;
    const silenced = this.judgeSilence();
    if (silenced || input.kind !== 'deadline') effects.push(...this.askMore());
    this.book.beginReady(nowMs);
    effects.push(...this.transmitDue(), ...this.reportMapping());
    if (this.abandoned || (this.opening.size === 0 && this.book.allSettled)) effects.push(...this.finish());
    return effects;
  }

  isFinished(): boolean {
    return this.finished;
  }

  nextDeadlineMs(): number | null {
    if (this.finished) return null;
    let next = this.startedMs + longestRunMs;
    if (!this.book.heard) next = Math.min(next, this.firstAnswerDueMs);
    const wanted = this.book.sendsWanted(this.nowMs);
    for (const probe of this.book.openProbes) {
      next = Math.min(next, this.book.nextSendAtMs(probe, wanted) ?? next);
      next = Math.min(next, this.book.silentAtMs(probe, wanted) ?? next);
    }
    return next;
  }

  /** Machine time of the start. */
  get startedAtMs(): number {
    return this.startedMs;
  }

  /** Everything asked and answered so far; times count from the start. */
  evidence(): Evidence[] {
    return this.book.evidence(this.startedMs);
  }

  /**
   * Something else than UDP answered, after `rttMs`: so the path is up and UDP need not be waited for as on an unknown
   * one. Its silence counts once all copies have had their time.
   */
  noteControl(rttMs: number): void {
    const { sendOffsetsMs, blindSends } = this.plan.pacing;
    const lastCopyMs = sendOffsetsMs[blindSends - 1] ?? 0;
    this.controlledDueMs = this.startedMs + lastCopyMs + ageMs(rttMs, this.plan.pacing);
  }

  private get firstAnswerDueMs(): number {
    return this.controlledDueMs ?? this.startedMs + this.plan.pacing.firstAnswerMs;
  }

  private take(input: Input): DiscoveryEffect[] {
    switch (input.kind) {
      case 'start': {
        this.startedMs = this.nowMs;
        return [...this.askMapping(mappingSocketIds(this.plan)), ...this.askFilter()];
      }
      case 'opened':
        this.opening.delete(input.socket);
        this.book.locals.set(input.socket, input.local);
        return [];
      case 'open-failed':
        this.opening.delete(input.socket);
        for (const probe of this.book.beginOn(this.nowMs, input.socket)) probe.fail(input.error);
        return [];
      case 'received':
        return this.receive(input.socket, input.from, input.bytes);
      case 'send-failed':
        for (const probe of this.book.openProbes) {
          if (probe.spec.socket === input.socket && sameEndpoint(probe.spec.to, input.to))
            probe.fail(input.error);
        }
        return [];
      case 'closed':
      case 'deadline':
        return [];
    }
  }

  private receive(socket: string, from: Endpoint, bytes: Uint8Array): DiscoveryEffect[] {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) {
      const asked = this.book.openProbes.find(
        ({ spec }) => spec.socket === socket && sameEndpoint(spec.to, from),
      );
      asked?.note(`malformed answer from ${formatEndpoint(from)}: ${decoded.problem}`);
      return [{ kind: 'ignore', reason: `malformed: ${decoded.problem}` }];
    }
    const { message } = decoded;
    if (message.class !== 'success' && message.class !== 'error') {
      return [{ kind: 'ignore', reason: 'not a response' }];
    }
    const probe = this.book.ownerOf(message);
    if (probe === null || (probe.spec.arrivesAt ?? probe.spec.socket) !== socket) {
      return [{ kind: 'ignore', reason: 'unknown transaction id on this socket' }];
    }
    const fault = unusableAnswer(message, bytes);
    if (fault !== null) {
      probe.note(`answer discarded: ${fault}`);
      return [{ kind: 'ignore', reason: fault }];
    }
    const rttMs = probe.settle(this.nowMs, from, message);
    if (rttMs === null) return [{ kind: 'ignore', reason: 'answered before' }];
    const first = !this.book.heard;
    this.book.noteRtt(rttMs);
    this.book.noteAlternateDelay(getAttribute(message, 'ALTERNATE-DELAY') ?? 0);
    return first ? [{ kind: 'emit', event: { kind: 'first-answer', server: from, rttMs } }] : [];
  }

  private openSockets(sockets: readonly string[]): DiscoveryEffect[] {
    const family = familyOf(this.primary.address);
    for (const socket of sockets) this.opening.add(socket);
    return sockets.map((socket) => ({ kind: 'open', socket, transport: 'udp', family }));
  }

  private askMapping(sockets: readonly string[]): DiscoveryEffect[] {
    this.mappingSockets = [...this.mappingSockets, ...sockets];
    this.book.ask(firstMappingSpecs(this.plan, sockets));
    return this.openSockets(sockets);
  }

  /** Fresh sockets for the filter tests against the present primary server. */
  private askFilter(): DiscoveryEffect[] {
    const sockets = Array.from(
      { length: this.plan.filterSockets },
      () => `filter-${++this.filterSocketCount}`,
    );
    this.book.ask(sockets.flatMap((socket) => filterSpecs(socket, this.primary)));
    return this.openSockets(sockets);
  }

  /** Later questions, as answers make them possible. */
  private askMore(): DiscoveryEffect[] {
    if (!this.book.heard) return [];
    const effects: DiscoveryEffect[] = [];
    if (this.other === null && isSettled(this.book, this.primary)) {
      const other = alternateOf(this.book, this.primary);
      const better = fullServer(this.book, this.plan.servers);
      if (better !== null && !sameEndpoint(better, this.primary)) {
        this.primary = better;
        effects.push(...this.askFilter());
      } else if (other !== null && (better !== null || !this.othersAreOpen())) {
        this.other = other;
        this.book.ask(alternateSpecs(this.mappingSockets, this.primary, other));
      }
    }
    effects.push(...this.askParity());
    if (this.other !== null) {
      effects.push(...this.askOfPool(this.other));
      this.askProof(this.other);
    }
    return effects;
  }

  /** More mapping sockets where the NAT takes public addresses from a pool. */
  private askOfPool(other: Endpoint): DiscoveryEffect[] {
    const size = this.poolAsked ? null : poolSeen(this.book);
    if (size === null) return [];
    this.poolAsked = true;
    const sockets = poolSocketIds(this.plan, size);
    const effects = this.askMapping(sockets);
    this.book.ask(alternateSpecs(sockets, this.primary, other));
    return effects;
  }

  /** More ports where those of the first sockets may keep the parity by chance. */
  private askParity(): DiscoveryEffect[] {
    const inQuestion = this.parityJudged ? null : parityInQuestion(this.book, this.primary, this.plan);
    this.parityJudged ||= inQuestion !== null;
    if (inQuestion !== true) return [];
    const sockets = paritySocketIds();
    this.book.ask(portSpecs(sockets, this.primary));
    return this.openSockets(sockets);
  }

  private askProof(other: Endpoint): void {
    const specs = this.serverProofAsked ? [] : serverProofSpecs(this.book, this.primary, other);
    this.serverProofAsked ||= specs.length > 0;
    this.book.ask(specs);
  }

  /** May another server still turn out to be better equipped than the primary? */
  private othersAreOpen(): boolean {
    return this.plan.servers.some((server) => !isSettled(this.book, server));
  }

  /** True when a silence was believed: what is settled now may allow a further question. */
  private judgeSilence(): boolean {
    const wanted = this.book.sendsWanted(this.nowMs);
    let believed = false;
    for (const probe of this.book.openProbes) {
      const silentAtMs = this.book.silentAtMs(probe, wanted);
      if (silentAtMs === null || this.nowMs < silentAtMs) continue;
      probe.outcome = 'silent';
      believed = true;
    }
    return believed;
  }

  private transmitDue(): DiscoveryEffect[] {
    const effects: DiscoveryEffect[] = [];
    const wanted = this.book.sendsWanted(this.nowMs);
    for (const probe of this.book.openProbes) {
      const sendAtMs = this.book.nextSendAtMs(probe, wanted);
      if (sendAtMs === null || this.nowMs < sendAtMs) continue;
      const { socket, to } = probe.spec;
      effects.push({ kind: 'send', socket, to, bytes: probe.transmit(this.nowMs, this.random) });
    }
    return effects;
  }

  private reportMapping(): DiscoveryEffect[] {
    const done = this.other !== null && !this.book.hasOpen({ role: 'mapping' });
    if (this.mappingReported || !done) return [];
    this.mappingReported = true;
    return [{ kind: 'emit', event: { kind: 'mapping-done' } }];
  }

  private endInSilence(): void {
    this.book.dropWaiting();
    this.opening.clear();
    for (const probe of this.book.openProbes) probe.outcome = 'silent';
  }

  private finish(): DiscoveryEffect[] {
    this.finished = true;
    const closes = [...this.book.locals.keys()].map((socket): DiscoveryEffect => ({ kind: 'close', socket }));
    return [...closes, { kind: 'emit', event: { kind: 'finished', evidence: this.evidence() } }];
  }
}
