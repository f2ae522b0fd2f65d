/** One medium of a publisher at the server: what arrives, what is missing, what the publisher is told. Pure. */
import { clockRates, type MediaKind, payloadTypes } from '../media.ts';
import { Reception } from '../rtp/reception.ts';
import type { SenderReport, WritableRtcp } from '../rtp/rtcp-packets.ts';
import { type RtpHeader, writeOutgoing, writePayloadType } from '../rtp/rtp-header.ts';
import { extendSequence } from '../rtp/sequence.ts';
import { Continuity } from './continuity.ts';
import { KeyframeGate } from './keyframe-gate.ts';
import { MissingPackets } from './missing-packets.ts';
import { PacketHistory } from './packet-history.ts';

export interface SourceCounts {
  packetsIn: number;
  bytesIn: number;
  /** Copies handed to viewers, the repeated ones included. */
  packetsOut: number;
  bytesOut: number;
  /** Of those, sent again because a viewer asked (RFC 4585 §6.2.1). */
  resent: number;
  /** Packets asked for at the publisher. */
  nacked: number;
  keyframesAsked: number;
  /** Packets of another payload type, or no RTP at all. */
  dropped: number;
}

export class Source {
  readonly counts: SourceCounts = {
    packetsIn: 0,
    bytesIn: 0,
    packetsOut: 0,
    bytesOut: 0,
    resent: 0,
    nacked: 0,
    keyframesAsked: 0,
    dropped: 0,
  };
  /** Null for audio: Opus conceals a loss better than a late packet mends it. */
  readonly history: PacketHistory | null;
  readonly #kind: MediaKind;
  /** That viewers see. */
  readonly #outgoingSsrc: number;
  readonly #continuity: Continuity;
  readonly #missing: MissingPackets | null;
  readonly #keyframes: KeyframeGate | null;
  #reception: Reception | null = null;

  constructor(kind: MediaKind, outgoingSsrc: number) {
    const isVideo = kind === 'video';
    this.#kind = kind;
    this.#outgoingSsrc = outgoingSsrc;
    this.#continuity = new Continuity(clockRates[kind]);
    this.history = isVideo ? new PacketHistory() : null;
    this.#missing = isVideo ? new MissingPackets() : null;
    this.#keyframes = isVideo ? new KeyframeGate() : null;
  }

  /** SSRC that the publisher uses; null before its first packet. */
  get ssrc(): number | null {
    return this.#reception?.ssrc ?? null;
  }

  get lost(): number {
    return this.#reception?.lost ?? 0;
  }

  get jitterMs(): number {
    return this.#reception?.jitterMs ?? 0;
  }

  /** The publisher has connected anew: whatever comes next begins a new source, also under the same SSRC. */
  restart(): void {
    this.#reception = null;
  }

  /** Takes a packet, and makes it in place the one that viewers get. */
  onPacket(nowMs: number, header: RtpHeader, bytes: Uint8Array): void {
    // RFC 3550 §8.2: a new SSRC is a new source; what was known of the old one does not hold for it.
    if (this.#reception === null || this.#reception.ssrc !== header.ssrc) {
      this.#reception = new Reception(header.ssrc, clockRates[this.#kind], header.sequence);
      this.#missing?.clear();
      this.#continuity.begin(nowMs, header);
    }
    const before = this.#reception.highest;
    const extended = extendSequence(before, header.sequence);
    this.#reception.onPacket(nowMs, extended, header);
    if (this.#missing?.onPacket(nowMs, extended, before) === false) this.#keyframes?.want();

    const sequence = this.#continuity.sequence(header.sequence);
    const timestamp = this.#continuity.timestamp(header.timestamp);
    this.#continuity.onSent(nowMs, sequence, timestamp);
    writeOutgoing(bytes, { sequence, timestamp, ssrc: this.#outgoingSsrc });
    const payloadType = payloadTypes[this.#kind];
    if (header.payloadType !== payloadType) writePayloadType(bytes, payloadType);
    this.history?.add(sequence, bytes);
    this.counts.packetsIn += 1;
    this.counts.bytesIn += bytes.length;
  }

  /** The report as viewers need it: RTP time moves with the packets. */
  onSenderReport(nowMs: number, report: SenderReport): SenderReport {
    this.#reception?.onSenderReport(nowMs, report);
    const rtpTimestamp = this.#continuity.timestamp(report.rtpTimestamp);
    return { ...report, ssrc: this.#outgoingSsrc, rtpTimestamp, reports: [] };
  }

  wantKeyframe(): void {
    this.#keyframes?.want();
  }

  /** Null: nothing to ask for. */
  nextDeadlineMs(nowMs: number): number | null {
    // Nothing can be asked of a source whose SSRC is not known yet.
    if (this.#reception === null) return null;
    const due = [this.#missing?.nextDeadlineMs() ?? null, this.#keyframes?.nextDeadlineMs(nowMs) ?? null];
    const times = due.filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What the publisher must be asked for now. */
  requests(nowMs: number, senderSsrc: number): WritableRtcp[] {
    const mediaSsrc = this.ssrc;
    if (mediaSsrc === null) return [];
    const requests: WritableRtcp[] = [];
    const { ask, gaveUp } = this.#missing?.due(nowMs) ?? { ask: [], gaveUp: false };
    if (gaveUp) this.#keyframes?.want();
    if (ask.length > 0) {
      this.counts.nacked += ask.length;
      requests.push({ kind: 'nack', senderSsrc, mediaSsrc, lost: ask.map((sequence) => sequence & 0xffff) });
    }
    if (this.#keyframes?.pass(nowMs) === true) {
      this.counts.keyframesAsked += 1;
      requests.push({ kind: 'picture-loss', senderSsrc, mediaSsrc });
    }
    return requests;
  }

  /** A receiver report’s block; null before the first packet. */
  report(nowMs: number) {
    return this.#reception?.report(nowMs) ?? null;
  }
}
