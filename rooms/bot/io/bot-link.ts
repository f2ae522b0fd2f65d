/** One connection of a bot, to another member or to a media server: what it sends, and what it gets. */
import nodeDataChannel, { type DataChannel, type Track } from 'node-datachannel';
import type { CandidatePair } from '../../../contract/candidate.ts';
import type { CompareMedia } from '../../../contract/comparison.ts';
import type { RoomPath } from '../../../contract/room-path.ts';
import { mainLink, publisherOf, upLink } from '../../../contract/room-roles.ts';
import { EchoTalk } from '../../io/echo-talk.ts';
import type { PeerLink } from '../../io/peer-link.ts';
import type { BotLink } from '../bot-report.ts';
import { FlowCount } from '../flow-count.ts';
import { isJanus, type MediaSection, offeredSections, ownSections, sentKinds } from '../media-sections.ts';
import { uncountedPair } from '../uncounted-pair.ts';
import { BotSenders, tagBytes } from './bot-senders.ts';
import type { NativeConnection } from './native-connection.ts';

export interface BotLinkOptions {
  readonly member: string;
  readonly path: RoomPath;
  /** This end makes the first offer. */
  readonly offers: boolean;
  /** Of the sound; that of the picture is the next. */
  readonly ssrc: number;
  readonly media: CompareMedia;
}

export class BotLinkEnd {
  readonly link: PeerLink<NativeConnection>;
  readonly #options: BotLinkOptions;
  readonly #openedMs = performance.now();
  /** The library’s objects live only as long as something in JavaScript holds them. */
  readonly #held: (Track | DataChannel)[] = [];
  #senders: BotSenders | null = null;
  #echo: EchoTalk | null = null;
  #echoRttsMs: readonly number[] = [];
  readonly #flows = new Map<number, FlowCount>();
  #hasCandidate = false;
  #connectedMs: number | null = null;
  #firstPacketMs: number | null = null;
  bytesDown = 0;
  packetsDown = 0;

  constructor(link: PeerLink<NativeConnection>, options: BotLinkOptions) {
    this.link = link;
    this.#options = options;
    const { connection, name } = link;
    connection.addEventListener('icecandidate', () => {
      this.#hasCandidate = true;
    });
    connection.addEventListener('connectionstatechange', () => {
      if (connection.connectionState === 'connected') this.#connectedMs ??= this.#ageMs();
    });
    connection.native.onTrack((track) => this.#receive(track));
    connection.native.onDataChannel((channel) => this.#serveEcho(channel));
    if (publisherOf(name) === null) this.#prepareToSend();
  }

  get bytesUp(): number {
    return this.#senders?.bytesUp ?? 0;
  }

  get packetsUp(): number {
    return this.#senders?.packetsUp ?? 0;
  }

  /** Whose media come over it; null: it only sends. */
  get from(): string | null {
    const { name, peer } = this.link;
    return this.#isTwoWay ? peer : publisherOf(name);
  }

  get hasMedia(): boolean {
    return this.#firstPacketMs !== null;
  }

  /** Null: it only sends. */
  state(): BotLink | null {
    const { link, from } = this;
    if (from === null) return null;
    const flows = [...this.#flows.values()];
    return {
      id: `${link.peer}-${link.name}-${link.epoch}`.replace(/[^A-Za-z0-9_-]/g, '-').slice(-64),
      link: link.name,
      from,
      hasCandidate: this.#hasCandidate,
      connectedMs: this.#connectedMs,
      echoRttsMs: this.#echoRttsMs,
      firstPacketMs: this.#firstPacketMs,
      received: flows.reduce((sum, { received }) => sum + received, 0),
      lost: flows.reduce((sum, { lost }) => sum + lost, 0),
      pair: this.#pair(),
      problem: link.connection.problem,
    };
  }

  /** Sends what is due. */
  send(nowMs: number): void {
    this.#senders?.send(nowMs);
  }

  /** The connection is closed. */
  close(): void {
    this.#echo?.end();
  }

  /** Between members, and with a mixer: one connection for both directions. */
  get #isTwoWay(): boolean {
    const { name } = this.link;
    return name === mainLink || (name === upLink && this.#options.path.kind === 'mcu');
  }

  /** In sections of an own offer, or in those of the other end’s: of the first one, others are about the way only. */
  #prepareToSend(): void {
    const { link } = this;
    const { path, media, offers } = this.#options;
    const kinds = sentKinds(path, media);
    if (offers || isJanus(path)) this.#openSenders(ownSections(kinds));
    else {
      link.connection.onOffer = (sdp) => {
        if (this.#senders === null) this.#openSenders(offeredSections(sdp, kinds));
      };
    }
    if (offers) this.#serveEcho(link.connection.createDataChannel('echo'));
  }

  #openSenders(sections: readonly MediaSection[]): void {
    const { member, ssrc, media } = this.#options;
    const direction = this.#isTwoWay ? 'SendRecv' : 'SendOnly';
    const senders = new BotSenders(this.link.connection.native, sections, { member, ssrc, media, direction });
    this.#senders = senders;
    for (const [index, track] of senders.tracks.entries()) {
      if (this.#isTwoWay) this.#giveFeedback(track, sections[index]?.kind === 'video');
      this.#receive(track);
    }
  }

  /** Reports to the sender (RFC 3550 §6.4.2), and for pictures how much it may send: all that was ordered. */
  #giveFeedback(track: Track, isVideo: boolean): void {
    track.setMediaHandler(new nodeDataChannel.RtcpReceivingSession());
    if (!isVideo) return;
    track.onOpen(() => {
      // The library ends the process where this is asked of a track that is not open.
      if (track.isOpen()) track.requestBitrate(this.#options.media.maxVideoKbps * 1_500);
    });
  }

  #receive(track: Track): void {
    this.#held.push(track);
    track.onMessage((bytes) => this.#onPacket(bytes));
  }

  #serveEcho(channel: DataChannel): void {
    this.#held.push(channel);
    const talk = new EchoTalk({
      send: (text) => {
        try {
          if (!this.link.isClosed && channel.isOpen()) channel.sendMessage(text);
        } catch {
          // The library’s thread has closed it since the look. What is thrown out of a listener ends the process.
        }
      },
      onEcho: (rttMs) => {
        this.#echoRttsMs = [...this.#echoRttsMs, rttMs].slice(-100);
      },
    });
    this.#echo = talk;
    channel.onMessage((data) => talk.hear(String(data)));
    channel.onOpen(() => talk.begin());
    if (channel.isOpen()) talk.begin();
  }

  #onPacket(bytes: Buffer): void {
    this.bytesDown += bytes.length + tagBytes;
    this.packetsDown += 1;
    const type = bytes[1] ?? 0;
    // RTCP on the same port (RFC 5761 §4). What only sends gets nothing else.
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
    const pair = this.link.connection.selectedPair;
    return pair === null ? null : uncountedPair(pair);
  }

  #ageMs(): number {
    return Math.round((performance.now() - this.#openedMs) * 10) / 10;
  }
}
