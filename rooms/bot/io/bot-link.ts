/** One connection of a bot to an SFU: what it sends, or what it gets from one publisher. */
import nodeDataChannel, { type Track } from 'node-datachannel';
import type { CandidatePair } from '../../../contract/candidate.ts';
import type { CompareMedia } from '../../../contract/comparison.ts';
import { publisherOf, upLink } from '../../../contract/room-roles.ts';
import type { PeerLink } from '../../io/peer-link.ts';
import type { BotLink } from '../bot-report.ts';
import { FlowCount } from '../flow-count.ts';
import { packetizeOpus, packetizeVp8, RtpSource } from '../rtp-source.ts';
import { opusFrames, vp8Frames } from '../test-frames.ts';
import type { NativeConnection } from './native-connection.ts';

/** Of the embedded SFU’s offers; it forwards no others. */
const payloadTypes = { audio: 111, video: 96 } as const;
/** SRTP’s authentication tag (RFC 3711 §4.2.1). */
const tagBytes = 10;

interface Sender {
  readonly track: Track;
  readonly source: RtpSource;
}

export class BotLinkEnd {
  readonly link: PeerLink<NativeConnection>;
  readonly #openedMs = performance.now();
  /** The library’s objects live only as long as something in JavaScript holds them. */
  readonly #tracks: Track[] = [];
  readonly #senders: Sender[] = [];
  readonly #flows = new Map<number, FlowCount>();
  #connectedMs: number | null = null;
  #firstPacketMs: number | null = null;
  bytesUp = 0;
  bytesDown = 0;
  packetsUp = 0;
  packetsDown = 0;

  /** @param ssrc of the sound; that of the picture is the next */
  constructor(link: PeerLink<NativeConnection>, member: string, ssrc: number, media: CompareMedia) {
    this.link = link;
    link.connection.addEventListener('connectionstatechange', () => {
      if (link.connection.connectionState === 'connected') this.#connectedMs ??= this.#ageMs();
    });
    if (link.name === upLink) this.#openSenders(member, ssrc, media);
    else {
      link.connection.native.onTrack((track) => {
        this.#tracks.push(track);
        track.onMessage((bytes) => this.#onPacket(bytes));
      });
    }
  }

  /** Null: it only sends. */
  state(): BotLink | null {
    const { link } = this;
    const from = publisherOf(link.name);
    if (from === null) return null;
    const flows = [...this.#flows.values()];
    return {
      id: `${link.peer}-${link.name}-${link.epoch}`.replace(/[^A-Za-z0-9_-]/g, '-').slice(-64),
      link: link.name,
      from,
      connectedMs: this.#connectedMs,
      firstPacketMs: this.#firstPacketMs,
      received: flows.reduce((sum, { received }) => sum + received, 0),
      lost: flows.reduce((sum, { lost }) => sum + lost, 0),
      pair: this.#pair(),
    };
  }

  get hasMedia(): boolean {
    return this.#firstPacketMs !== null;
  }

  /** Sends what is due. */
  send(nowMs: number): void {
    for (const { track, source } of this.#senders) {
      if (!track.isOpen()) continue;
      for (const packet of source.due(nowMs)) {
        this.bytesUp += packet.length + tagBytes;
        this.packetsUp += 1;
        track.sendMessageBinary(Buffer.from(packet.buffer));
      }
    }
  }

  #openSenders(member: string, ssrc: number, { framesPerSec, maxVideoKbps }: CompareMedia): void {
    const frameBytes = Math.round((maxVideoKbps * 125) / framesPerSec);
    const audio = new nodeDataChannel.Audio('audio', 'SendOnly');
    audio.addOpusCodec(payloadTypes.audio);
    const video = new nodeDataChannel.Video('video', 'SendOnly');
    video.addVP8Codec(payloadTypes.video);
    const sources = [
      {
        section: audio,
        payloadType: payloadTypes.audio,
        clockHz: 48_000,
        framesPerSec: 50,
        frames: opusFrames,
        packetize: packetizeOpus,
      },
      {
        section: video,
        payloadType: payloadTypes.video,
        clockHz: 90_000,
        framesPerSec,
        frames: vp8Frames(frameBytes),
        packetize: packetizeVp8,
      },
    ];
    for (const [index, { section, ...source }] of sources.entries()) {
      section.addSSRC(ssrc + index, member, member, `${member}-${index}`);
      const track = this.link.connection.native.addTrack(section);
      // Feedback comes here; every picture is a key frame, so that there is nothing to answer.
      track.onMessage(() => undefined);
      this.#tracks.push(track);
      this.#senders.push({ track, source: new RtpSource({ ...source, ssrc: ssrc + index }) });
    }
  }

  #onPacket(bytes: Buffer): void {
    this.bytesDown += bytes.length + tagBytes;
    this.packetsDown += 1;
    const type = bytes[1] ?? 0;
    // RTCP on the same port (RFC 5761 §4).
    if (bytes.length < 12 || (type >= 192 && type <= 223)) return;
    this.#firstPacketMs ??= this.#ageMs();
    const ssrc = bytes.readUInt32BE(8);
    let flow = this.#flows.get(ssrc);
    if (flow === undefined) {
      flow = new FlowCount();
      this.#flows.set(ssrc, flow);
    }
    flow.onPacket(bytes.readUInt16BE(2));
  }

  #pair(): CandidatePair | null {
    const pair = this.link.connection.native.getSelectedCandidatePair();
    if (pair === null) return null;
    return {
      id: 'selected',
      local: endOf(pair.local),
      remote: endOf(pair.remote),
      state: 'succeeded',
      nominated: true,
      selected: true,
      rttMs: null,
      requestsSent: null,
      responsesReceived: null,
      bytesSent: null,
      bytesReceived: null,
    };
  }

  #ageMs(): number {
    return Math.round((performance.now() - this.#openedMs) * 10) / 10;
  }
}

function endOf({
  address,
  port,
  type,
}: {
  address: string;
  port: number;
  type: string;
}): CandidatePair['local'] {
  const known = ['host', 'srflx', 'prflx', 'relay'] as const;
  return {
    type: known.find((each) => each === type) ?? 'host',
    protocol: 'udp',
    address,
    port,
    relayProtocol: null,
    url: null,
  };
}
