/**
 * One publisher’s media on their way to its viewers: a selective forwarding middlebox (RFC 7667 §3.7) for one source
 * of each medium. Rewrites the SSRC, once per packet; answers viewers’ NACKs itself; asks the publisher for what is
 * missing, for key frames, and for a bitrate that every viewer can take. Pure: time comes in, effects go out.
 */
import { type MediaKind, mediaKinds, payloadTypes } from '../media.ts';
import type { ReceptionReport, RtcpPacket, SenderReport, WritableRtcp } from '../rtp/rtcp-packets.ts';
import { readRtcp } from '../rtp/rtcp-read.ts';
import { writeRtcp } from '../rtp/rtcp-write.ts';
import { isRtcp, readRtpHeader, writePayloadType } from '../rtp/rtp-header.ts';
import { type BitrateBounds, BitrateShare } from './bitrate-share.ts';
import { ResendBudget } from './resend-budget.ts';
import { Source, type SourceCounts } from './source.ts';
import { groupByPayloadType, type ViewerGroup } from './viewer-groups.ts';

/** Reports to the publisher: video’s feedback must not wait for the 5 s of RFC 3550 §6.2 (RFC 4585 §3.4). */
export const reportIntervalMs = 1000;

export type PayloadTypes = Readonly<Record<MediaKind, number>>;

export interface ForwarderOptions {
  /** SSRCs of the outgoing media, and of the server itself in its reports. */
  readonly ssrcs: Readonly<Record<MediaKind, number>> & { readonly own: number };
  /** RFC 3550 §6.5.1; the same for both media, so that viewers play them in step. */
  readonly cname: string;
  readonly bitrate: BitrateBounds;
}

/** `Viewer` is whatever the caller holds of a viewer; only its identity matters here. */
export type ForwardInput<Viewer> =
  /** It has connected, or connected anew. */
  | { readonly kind: 'publisher-open'; readonly payloadTypes?: PayloadTypes }
  | { readonly kind: 'publisher-packet'; readonly media: MediaKind; readonly bytes: Uint8Array }
  | { readonly kind: 'viewer-open'; readonly viewer: Viewer; readonly payloadTypes?: PayloadTypes }
  | {
      readonly kind: 'viewer-packet';
      readonly viewer: Viewer;
      readonly media: MediaKind;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'viewer-gone'; readonly viewer: Viewer }
  | { readonly kind: 'deadline' };

export type ForwardEffect<Viewer> =
  | {
      readonly kind: 'to-viewers';
      readonly media: MediaKind;
      readonly bytes: Uint8Array;
      readonly viewers: readonly Viewer[];
    }
  | { readonly kind: 'to-publisher'; readonly media: MediaKind; readonly bytes: Uint8Array }
  | { readonly kind: 'ignore'; readonly reason: string };

export interface ForwarderStatistics {
  readonly viewers: number;
  readonly allowedBps: number;
  readonly media: Readonly<
    Record<MediaKind, SourceCounts & { readonly lost: number; readonly jitterMs: number }>
  >;
}

interface ViewerState {
  readonly payloadTypes: PayloadTypes;
  readonly budget: ResendBudget;
}

export class Forwarder<Viewer> {
  readonly #options: ForwarderOptions;
  /** What the publisher sends; other packets are dropped. */
  #incoming: PayloadTypes = payloadTypes;
  readonly #sources: Readonly<Record<MediaKind, Source>>;
  readonly #viewers = new Map<Viewer, ViewerState>();
  #groups: Readonly<Record<MediaKind, readonly ViewerGroup<Viewer>[]>> = { audio: [], video: [] };
  readonly #share: BitrateShare<Viewer>;
  #reportAtMs: number | null = null;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#sources = {
      audio: new Source('audio', options.ssrcs.audio),
      video: new Source('video', options.ssrcs.video),
    };
    this.#share = new BitrateShare(options.bitrate);
  }

  handle(nowMs: number, input: ForwardInput<Viewer>): ForwardEffect<Viewer>[] {
    switch (input.kind) {
      case 'publisher-open':
        this.#incoming = input.payloadTypes ?? payloadTypes;
        for (const media of mediaKinds) this.#sources[media].restart();
        // What viewers see has stopped in the middle; only a key frame goes on from there.
        this.#sources.video.wantKeyframe();
        return [];
      case 'publisher-packet':
        return isRtcp(input.bytes)
          ? this.#onPublisherRtcp(nowMs, input.media, input.bytes)
          : this.#onMedia(nowMs, input.media, input.bytes);
      case 'viewer-open': {
        const types = input.payloadTypes ?? payloadTypes;
        this.#viewers.set(input.viewer, { payloadTypes: types, budget: new ResendBudget() });
        this.#regroup();
        // Without a key frame a new viewer sees nothing until the encoder makes one by itself.
        this.#sources.video.wantKeyframe();
        return this.#askPublisher(nowMs, 'video');
      }
      case 'viewer-packet':
        return this.#onViewerRtcp(nowMs, input.viewer, input.media, input.bytes);
      case 'viewer-gone':
        this.#viewers.delete(input.viewer);
        this.#share.forget(input.viewer);
        this.#regroup();
        return [];
      case 'deadline':
        return this.#onDeadline(nowMs);
    }
  }

  /** Null: nothing to do until the next packet. */
  nextDeadlineMs(nowMs: number): number | null {
    const times = [
      this.#reportAtMs,
      ...mediaKinds.map((media) => this.#sources[media].nextDeadlineMs(nowMs)),
    ];
    const due = times.filter((time) => time !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  statistics(nowMs: number): ForwarderStatistics {
    const of = ({ counts, lost, jitterMs }: Source) => ({ ...counts, lost, jitterMs });
    return {
      viewers: this.#viewers.size,
      allowedBps: this.#share.allowedBps(nowMs),
      media: { audio: of(this.#sources.audio), video: of(this.#sources.video) },
    };
  }

  #onMedia(nowMs: number, media: MediaKind, bytes: Uint8Array): ForwardEffect<Viewer>[] {
    const source = this.#sources[media];
    const header = readRtpHeader(bytes);
    if (header === null || header.payloadType !== this.#incoming[media]) {
      source.counts.dropped += 1;
      return [{ kind: 'ignore', reason: header === null ? 'no RTP' : `payload type ${header.payloadType}` }];
    }
    this.#reportAtMs ??= nowMs + reportIntervalMs;
    source.onPacket(nowMs, header, bytes);
    const effects: ForwardEffect<Viewer>[] = this.#groups[media].map((group) => ({
      kind: 'to-viewers',
      media,
      bytes: withPayloadType(bytes, media, group.payloadType),
      viewers: group.viewers,
    }));
    source.counts.packetsOut += this.#viewers.size;
    source.counts.bytesOut += this.#viewers.size * bytes.length;
    return [...effects, ...this.#askPublisher(nowMs, media)];
  }

  #onPublisherRtcp(nowMs: number, media: MediaKind, bytes: Uint8Array): ForwardEffect<Viewer>[] {
    const source = this.#sources[media];
    // A compound packet about both media comes once for each; only its own medium’s part counts.
    const report = readRtcp(bytes).find(
      (packet): packet is SenderReport => packet.kind === 'sender-report' && packet.ssrc === source.ssrc,
    );
    if (report === undefined) return [{ kind: 'ignore', reason: 'no sender report of this source' }];
    const passedOn = source.onSenderReport(nowMs, report);
    if (this.#viewers.size === 0) return [];
    // RFC 3550 §6.4.1: viewers need the pair of NTP and RTP time to play sound and picture in step.
    const compound = writeRtcp([passedOn, this.#describe(passedOn.ssrc)]);
    return [{ kind: 'to-viewers', media, bytes: compound, viewers: [...this.#viewers.keys()] }];
  }

  #onViewerRtcp(nowMs: number, viewer: Viewer, media: MediaKind, bytes: Uint8Array): ForwardEffect<Viewer>[] {
    const state = this.#viewers.get(viewer);
    if (state === undefined || !isRtcp(bytes))
      return [{ kind: 'ignore', reason: 'not from a viewer, or no RTCP' }];
    const effects = readRtcp(bytes).flatMap((packet) =>
      this.#onFeedback(nowMs, viewer, state, media, packet),
    );
    return [...effects, ...this.#askPublisher(nowMs, media)];
  }

  #onFeedback(
    nowMs: number,
    viewer: Viewer,
    state: ViewerState,
    media: MediaKind,
    packet: RtcpPacket,
  ): ForwardEffect<Viewer>[] {
    const source = this.#sources[media];
    const ssrc = this.#options.ssrcs[media];
    if (packet.kind === 'picture-loss' && packet.mediaSsrc === ssrc) source.wantKeyframe();
    else if (packet.kind === 'full-intra-request' && packet.requests.some((one) => one.ssrc === ssrc)) {
      source.wantKeyframe();
    } else if (packet.kind === 'bitrate-estimate' && packet.ssrcs.includes(this.#options.ssrcs.video)) {
      this.#share.onEstimate(nowMs, viewer, packet.bitrateBps);
    } else if (packet.kind === 'nack' && packet.mediaSsrc === ssrc) {
      return packet.lost.flatMap((sequence) => this.#resend(nowMs, viewer, state, media, sequence));
    }
    return [];
  }

  #resend(
    nowMs: number,
    viewer: Viewer,
    state: ViewerState,
    media: MediaKind,
    sequence: number,
  ): ForwardEffect<Viewer>[] {
    const source = this.#sources[media];
    const packet = source.history?.find(sequence) ?? null;
    if (packet === null || !state.budget.take(nowMs)) return [];
    source.counts.resent += 1;
    source.counts.packetsOut += 1;
    source.counts.bytesOut += packet.length;
    const bytes = withPayloadType(packet, media, state.payloadTypes[media]);
    return [{ kind: 'to-viewers', media, bytes, viewers: [viewer] }];
  }

  #onDeadline(nowMs: number): ForwardEffect<Viewer>[] {
    const requests = mediaKinds.flatMap((media) => this.#askPublisher(nowMs, media));
    if (this.#reportAtMs === null || nowMs < this.#reportAtMs) return requests;
    this.#reportAtMs = nowMs + reportIntervalMs;
    return [...requests, ...mediaKinds.flatMap((media) => this.#reportTo(nowMs, media))];
  }

  #askPublisher(nowMs: number, media: MediaKind): ForwardEffect<Viewer>[] {
    const requests = this.#sources[media].requests(nowMs, this.#options.ssrcs.own);
    return requests.length === 0 ? [] : [this.#toPublisher(media, [], requests)];
  }

  #reportTo(nowMs: number, media: MediaKind): ForwardEffect<Viewer>[] {
    const report = this.#sources[media].report(nowMs);
    if (report === null) return [];
    const senderSsrc = this.#options.ssrcs.own;
    const bitrateBps = this.#share.allowedBps(nowMs);
    const limit: WritableRtcp[] =
      media === 'video' ? [{ kind: 'bitrate-estimate', senderSsrc, bitrateBps, ssrcs: [report.ssrc] }] : [];
    return [this.#toPublisher(media, [report], limit)];
  }

  /** RFC 4585 §3.1: feedback follows a report and a CNAME, both of them also when there is nothing to report. */
  #toPublisher(
    media: MediaKind,
    reports: readonly ReceptionReport[],
    feedback: readonly WritableRtcp[],
  ): ForwardEffect<Viewer> {
    const { own } = this.#options.ssrcs;
    const bytes = writeRtcp([
      { kind: 'receiver-report', ssrc: own, reports },
      this.#describe(own),
      ...feedback,
    ]);
    return { kind: 'to-publisher', media, bytes };
  }

  #describe(ssrc: number): WritableRtcp {
    return { kind: 'source-description', chunks: [{ ssrc, cname: this.#options.cname }] };
  }

  #regroup(): void {
    this.#groups = {
      audio: groupByPayloadType(this.#viewers, 'audio'),
      video: groupByPayloadType(this.#viewers, 'video'),
    };
  }
}

/** The packet itself where the viewer uses the server’s payload type, else a copy: others still need the original. */
function withPayloadType(packet: Uint8Array, media: MediaKind, payloadType: number): Uint8Array {
  if (payloadType === payloadTypes[media]) return packet;
  const copy = new Uint8Array(packet);
  writePayloadType(copy, payloadType);
  return copy;
}
