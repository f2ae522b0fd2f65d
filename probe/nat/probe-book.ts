/** All questions of one discovery: which wait for their socket, which are open, and when to send or give up. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { type StunMessage, transactionKey } from '../../stun/message.ts';
import { NatProbe, type ProbeRole, type ProbeSpec } from './nat-probe.ts';
import { ageMs, estimateLoss, type Pacing, sendOffsetMs, sendsForSilence } from './pacing.ts';

const longestDelayMs = 1_000;

export class ProbeBook {
  readonly probes: NatProbe[] = [];
  readonly locals = new Map<string, Endpoint>();
  private waiting: ProbeSpec[] = [];
  private readonly pacing: Pacing;
  private shortestRttMs: number | null = null;
  private longestRttMs = 0;
  private alternateDelayMs = 0;
  /** What `sendsWanted` said last, until time goes on or an answer comes in. */
  private wanted: { readonly atMs: number; readonly sends: number } | null = null;

  constructor(pacing: Pacing) {
    this.pacing = pacing;
  }

  /** Has any server answered anything? */
  get heard(): boolean {
    return this.shortestRttMs !== null;
  }

  /** Whose transaction id is it (RFC 8489 §6.3.3)? Null: nobody’s, and the message is to be discarded. */
  ownerOf(message: StunMessage): NatProbe | null {
    const key = transactionKey(message.transactionId);
    this.wanted = null;
    return this.probes.find((probe) => probe.owns(key)) ?? null;
  }

  get openProbes(): NatProbe[] {
    return this.probes.filter((probe) => probe.open);
  }

  /** Is a question of this role, or on this socket, still without outcome? */
  hasOpen(about: { readonly role?: ProbeRole; readonly socket?: string }): boolean {
    const matches = (spec: ProbeSpec) =>
      (about.role === undefined || spec.role === about.role) &&
      (about.socket === undefined || spec.socket === about.socket);
    return this.openProbes.some((probe) => matches(probe.spec)) || this.waiting.some(matches);
  }

  ask(specs: readonly ProbeSpec[]): void {
    this.waiting.push(...specs);
  }

  /** Starts the questions whose socket is ready. */
  beginReady(nowMs: number): void {
    this.beginWhere(nowMs, (spec) => this.locals.has(spec.socket));
  }

  /** Starts and returns the waiting questions of one socket, ready or not. */
  beginOn(nowMs: number, socket: string): NatProbe[] {
    return this.beginWhere(nowMs, (spec) => spec.socket === socket);
  }

  dropWaiting(): void {
    this.waiting = [];
  }

  noteRtt(rttMs: number): void {
    this.shortestRttMs = Math.min(this.shortestRttMs ?? rttMs, rttMs);
    this.longestRttMs = Math.max(this.longestRttMs, rttMs);
  }

  /** Answers from another address come later by this; see docs/linked-servers.md. Bounded: a server may lie. */
  noteAlternateDelay(delayMs: number): void {
    this.alternateDelayMs = Math.min(longestDelayMs, Math.max(this.alternateDelayMs, delayMs));
  }

  /** How many transmissions a question needs before its silence may be believed, from the loss seen so far. */
  sendsWanted(nowMs: number): number {
    if (!this.heard) return this.pacing.blindSends;
    if (this.wanted?.atMs !== nowMs) this.wanted = { atMs: nowMs, sends: this.sendsByLoss(nowMs) };
    return this.wanted.sends;
  }

  private sendsByLoss(nowMs: number): number {
    const age = ageMs(this.longestRttMs, this.pacing);
    let answered = 0;
    let lost = 0;
    for (const probe of this.probes) {
      // Only questions that were answered in the end speak of loss; others may be filtered, or their server dead.
      if (probe.spec.change !== 'none' || probe.outcome !== 'answered') continue;
      const copies = probe.copies(nowMs, age);
      answered += copies.answered;
      lost += copies.lost;
    }
    return sendsForSilence(estimateLoss(lost, answered), this.pacing);
  }

  nextSendAtMs(probe: NatProbe, wanted: number): number | null {
    const sent = probe.sentMs.length;
    // Copies to spare: should the loss turn out higher, a silence needs no further round trip.
    const spare = this.heard ? this.pacing.spareSends : 0;
    if (sent >= wanted + spare) return null;
    const at =
      probe.startedMs + sendOffsetMs(sent, { atStartMs: probe.knownRttMs, known: this.heard }, this.pacing);
    return Number.isFinite(at) ? at : null;
  }

  /** When the last of the needed transmissions has aged; null while it has not even been sent. */
  silentAtMs(probe: NatProbe, wanted: number): number | null {
    if (!this.heard) return null;
    const decisive = probe.sentMs[wanted - 1];
    if (decisive === undefined) return null;
    const { change } = probe.spec;
    const fromElsewhere = change === 'change-both' || change === 'change-ip';
    return decisive + ageMs(this.longestRttMs + (fromElsewhere ? this.alternateDelayMs : 0), this.pacing);
  }

  /** @param idPrefix keeps the ids of several books in one report apart */
  evidence(originMs: number, idPrefix = 'n'): Evidence[] {
    return this.probes.map((probe, index) =>
      probe.evidence(`${idPrefix}${index + 1}`, originMs, this.locals.get(probe.spec.socket) ?? null),
    );
  }

  get allSettled(): boolean {
    return this.waiting.length === 0 && this.probes.every((probe) => !probe.open);
  }

  private beginWhere(nowMs: number, wanted: (spec: ProbeSpec) => boolean): NatProbe[] {
    const begun = this.waiting.filter(wanted).map((spec) => new NatProbe(spec, nowMs, this.shortestRttMs));
    this.waiting = this.waiting.filter((spec) => !wanted(spec));
    this.probes.push(...begun);
    return begun;
  }
}
