/**
 * NAT behaviour of a browser tab (RFC 4787 §4.1, §5). The tab takes us for an ICE peer and sends checks to those of our
 * endpoints that its plan names; their sources are its mappings. Our checks to these mappings then show its filter.
 *
 * Nobody can be made a target: until an endpoint has answered a check, which takes the transaction id that was sent
 * there and nowhere else, it gets one packet for each one that came from it.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { checkIntegrity } from '../../stun/integrity.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { decodeMessage, getAttribute, type StunMessage } from '../../stun/message.ts';
import { defaultPacing } from '../nat/pacing.ts';
import { ProbeBook } from '../nat/probe-book.ts';
import { askedUfrag, iceKey } from './ice-check.ts';
import type { TabLane } from './tab-lane.ts';
import { TabPeer } from './tab-peer.ts';
import { type TabCorner, tabCorners, tabPeers } from './tab-plan.ts';
import type { TabNatOptions } from './tab-world.ts';

export interface TabNatEvent {
  readonly kind: 'finished';
  readonly evidence: readonly Evidence[];
  readonly packetsSent: number;
  readonly packetsReceived: number;
}

type TabEffect = Effect<TabNatEvent>;

/** A browser that is told of a candidate sends to it at once; what has not come by then does not come. */
const firstCheckMs = 2_500;
/** For paths of seconds. */
const endMs = 6_000;

export class TabNat implements Machine<TabNatEvent> {
  readonly #options: TabNatOptions;
  readonly #peers: readonly TabPeer[];
  readonly #book = new ProbeBook(defaultPacing);
  #startedMs = 0;
  #nowMs = 0;
  #finished = false;
  #sent = 0;
  #received = 0;

  constructor(options: TabNatOptions) {
    this.#options = options;
    this.#peers = tabPeers.flatMap((plan, index) => {
      const credentials = options.credentials[index];
      return credentials === undefined ? [] : [new TabPeer(plan, credentials, options)];
    });
  }

  handle(nowMs: number, input: Input): TabEffect[] {
    if (this.#finished) return [ignore('finished')];
    this.#nowMs = nowMs;
    const effects: TabEffect[] = [];
    if (input.kind === 'start') this.#startedMs = nowMs;
    if (input.kind === 'received') {
      const { socket, from, bytes } = input;
      const corner = tabCorners.find((name) => name === socket);
      const why = corner === undefined ? 'no corner' : this.#receive(nowMs, corner, from, bytes);
      if (why !== null) effects.push(ignore(why));
    }
    this.#judgeSilence(nowMs);
    effects.push(...this.#transmitDue(nowMs));
    if (this.#isDone(nowMs)) effects.push(this.#finish());
    return effects;
  }

  nextDeadlineMs(): number | null {
    if (this.#finished) return null;
    const ends = this.#startedMs + endMs;
    const firstMs = this.#startedMs + firstCheckMs;
    const waits = firstMs > this.#nowMs && this.#peers.some((peer) => peer.isUnheard) ? firstMs : ends;
    const wanted = this.#book.sendsWanted(this.#nowMs);
    const dues = this.#lanes().flatMap((lane) => [
      lane.nextSendAtMs(this.#book, wanted) ?? ends,
      ...lane.open.map((probe) => this.#book.silentAtMs(probe, wanted) ?? ends),
    ]);
    return Math.min(ends, waits, ...dues);
  }

  isFinished(): boolean {
    return this.#finished;
  }

  /** Why the packet is of no interest; null: it was. */
  #receive(nowMs: number, corner: TabCorner, from: Endpoint, bytes: Uint8Array): string | null {
    const decoded = decodeMessage(bytes);
    if (!decoded.ok) return decoded.problem;
    const { message } = decoded;
    if (message.class === 'request') return this.#onCheck(nowMs, corner, from, bytes, message);
    if (message.class === 'success') return this.#onAnswer(nowMs, corner, from, bytes, message);
    return `an ICE ${message.class}`;
  }

  #onCheck(
    nowMs: number,
    corner: TabCorner,
    from: Endpoint,
    bytes: Uint8Array,
    message: StunMessage,
  ): string | null {
    const asked = askedUfrag(message);
    const peer = this.#peers.find(({ us }) => us.ufrag === asked);
    if (peer === undefined) return 'a check for nobody here';
    if (!peer.hasRoom) return 'too many checks';
    // RFC 8445 §7.3, RFC 8489 §9.1.3: both names and the password that only this tab was told.
    if (getAttribute(message, 'USERNAME') !== `${peer.us.ufrag}:${peer.tab.ufrag}`) return 'wrong USERNAME';
    if (checkIntegrity(bytes, iceKey(peer.us)) !== 'valid') return 'wrong MESSAGE-INTEGRITY';
    this.#received += 1;
    return peer.onCheck(nowMs, corner, from, getAttribute(message, 'PRIORITY') ?? 0, this.#book);
  }

  #onAnswer(
    nowMs: number,
    corner: TabCorner,
    from: Endpoint,
    bytes: Uint8Array,
    message: StunMessage,
  ): string | null {
    const probe = this.#book.ownerOf(message);
    const lane = this.#lanes().find((one) => one.open.some((open) => open === probe));
    if (probe === null || lane === undefined) return 'an answer to nothing that is open';
    if (lane.cornerOf(probe) !== corner) return 'an answer at another endpoint than asked';
    if (checkIntegrity(bytes, iceKey(lane.tab)) !== 'valid') return 'wrong MESSAGE-INTEGRITY';
    // A filter test may be answered through a mapping of its own; where mappings depend on the destination it is.
    if (probe === lane.control && !sameEndpoint(from, lane.at)) return 'an answer from another mapping';
    const rttMs = probe.settle(nowMs, from, message);
    if (rttMs === null) return 'answered before';
    this.#received += 1;
    this.#book.noteRtt(rttMs);
    lane.onAnswer(nowMs, probe, this.#book);
    return null;
  }

  #judgeSilence(nowMs: number): void {
    const wanted = this.#book.sendsWanted(nowMs);
    for (const probe of this.#book.openProbes) {
      const silentAtMs = this.#book.silentAtMs(probe, wanted);
      if (silentAtMs !== null && nowMs >= silentAtMs) probe.outcome = 'silent';
    }
  }

  #transmitDue(nowMs: number): TabEffect[] {
    const wanted = this.#book.sendsWanted(nowMs);
    const { transactionIds } = this.#options;
    const effects = this.#lanes().flatMap((lane) =>
      lane.due(nowMs, this.#book, wanted).map(
        (probe): TabEffect => ({
          kind: 'send',
          socket: lane.cornerOf(probe),
          to: lane.at,
          bytes: probe.transmit(nowMs, transactionIds),
        }),
      ),
    );
    this.#sent += effects.length;
    return effects;
  }

  #isDone(nowMs: number): boolean {
    const elapsedMs = nowMs - this.#startedMs;
    if (elapsedMs >= endMs) return true;
    return this.#peers.every((peer) => (peer.isUnheard ? elapsedMs >= firstCheckMs : peer.isSettled));
  }

  #finish(): TabEffect {
    this.#finished = true;
    const nothingCame = this.#peers.every((peer) => peer.isUnheard);
    const rows = this.#peers.flatMap((peer) => peer.evidence(this.#startedMs, nothingCame));
    const evidence = rows.map((row, index) => ({ ...row, id: `t${index + 1}` }));
    const counts = { packetsSent: this.#sent, packetsReceived: this.#received };
    return { kind: 'emit', event: { kind: 'finished', evidence, ...counts } };
  }

  #lanes(): TabLane[] {
    return this.#peers.flatMap((peer) => peer.lanes);
  }
}

function ignore(reason: string): TabEffect {
  return { kind: 'ignore', reason };
}
