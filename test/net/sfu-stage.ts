/** A room around the embedded SFU without signalling’s sockets: members are peers of the native library. */
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import type { SignalServerMessage } from '../../contract/signalling.ts';
import type { MediaServerSay } from '../../service/rooms/media-server.ts';
import { openEmbeddedSfu } from '../../service/sfu/embedded.ts';
import type { MediaKind } from '../../service/sfu/media.ts';
import type { PublicationReport } from '../../service/sfu/room-messages.ts';
import type { RtcpPacket, WritableRtcp } from '../../service/sfu/rtp/rtcp-packets.ts';
import { readRtcp } from '../../service/sfu/rtp/rtcp-read.ts';
import { writeRtcp } from '../../service/sfu/rtp/rtcp-write.ts';
import { isRtcp } from '../../service/sfu/rtp/rtp-header.ts';

type Say<T extends MediaServerSay['type']> = Extract<MediaServerSay, { type: T }>;

interface Link {
  readonly connection: PeerConnection;
  readonly tracks: Map<MediaKind, Track>;
  open: boolean;
}

/** A member: answers what the SFU offers, sends and keeps RTP. */
export class Member {
  readonly id: string;
  readonly ssrcs: Readonly<Record<MediaKind, number>>;
  /** What came down, by publisher. */
  readonly media = new Map<string, { readonly audio: Buffer[]; readonly video: Buffer[] }>();
  /** What the SFU said about what went up. */
  readonly feedback: RtcpPacket[] = [];
  readonly byes: string[] = [];
  epoch = 0;
  readonly #stage: Stage;
  #links = new Map<string, Link>();

  constructor(id: string, ssrcs: Readonly<Record<MediaKind, number>>, stage: Stage) {
    this.id = id;
    this.ssrcs = ssrcs;
    this.#stage = stage;
  }

  hear(say: MediaServerSay): void {
    if ('epoch' in say && say.epoch !== this.epoch) return;
    if (say.type === 'offer') this.#answer(say);
    else if (say.type === 'candidate' && say.candidate !== null) {
      const { candidate, sdpMid } = say.candidate;
      this.#links.get(say.link)?.connection.addRemoteCandidate(candidate, sdpMid ?? '');
    } else if (say.type === 'bye') {
      this.byes.push(say.link);
      this.#close(say.link);
    } else if (say.type === 'renew') this.renew();
  }

  /** Begins anew, as after a page reload. */
  renew(): void {
    for (const link of [...this.#links.keys()]) this.#close(link);
    this.epoch += 1;
    this.#stage.tell({ type: 'renewed', seq: 1, member: this.id, epoch: this.epoch, reason: 'asked' });
  }

  isOpen(link: string): boolean {
    return this.#links.get(link)?.open ?? false;
  }

  get links(): string[] {
    return [...this.#links.keys()];
  }

  send(link: string, media: MediaKind, bytes: Uint8Array): void {
    this.#links.get(link)?.tracks.get(media)?.sendMessageBinary(Buffer.from(bytes));
  }

  /** Feedback on what `publisher` sends, after a report on it: by that the library finds the track. */
  ask(publisher: string, packets: readonly WritableRtcp[]): void {
    const ssrc = this.media.get(publisher)?.video[0]?.readUInt32BE(8) ?? 0;
    const block = { ssrc, fractionLost: 0, cumulativeLost: 0, highestSequence: 0 };
    const reports = [{ ...block, jitter: 0, lastSenderReport: 0, delaySinceLast: 0 }];
    const report: WritableRtcp = { kind: 'receiver-report', ssrc: 1, reports };
    this.send(`down.${publisher}`, 'video', writeRtcp([report, ...packets]));
  }

  close(): void {
    for (const link of [...this.#links.keys()]) this.#close(link);
  }

  #answer({ link, sdp }: Say<'offer'>): void {
    const connection = new nodeDataChannel.PeerConnection(this.id, {
      iceServers: [],
      bindAddress: '127.0.0.1',
    });
    const tracks = new Map<MediaKind, Track>();
    const state: Link = { connection, tracks, open: false };
    this.#links.set(link, state);
    const publisher = /^down\.(.*)$/.exec(link)?.[1] ?? null;
    const take = (kind: MediaKind, track: Track) => {
      tracks.set(kind, track);
      track.onOpen(() => {
        state.open = [...tracks.values()].every((one) => one.isOpen());
        this.#stage.wake();
      });
      track.onMessage((bytes) => this.#onPacket(publisher, kind, bytes));
    };
    const named = { to: 'sfu', from: this.id, link, epoch: this.epoch };
    const epoch = this.epoch;
    connection.onLocalDescription((answer, type) => {
      if (type === 'answer') this.#stage.tell({ type: 'answer', seq: 1, ...named, sdp: answer });
    });
    connection.onLocalCandidate((line, sdpMid) => {
      const candidate = { candidate: line.replace(/^a=/, ''), sdpMid };
      if (epoch === this.epoch) this.#stage.tell({ type: 'candidate', seq: 1, ...named, candidate });
    });
    if (publisher === null) {
      const audio = new nodeDataChannel.Audio('audio', 'SendOnly');
      audio.addOpusCodec(111);
      audio.addSSRC(this.ssrcs.audio, this.id);
      take('audio', connection.addTrack(audio));
      const video = new nodeDataChannel.Video('video', 'SendOnly');
      video.addVP8Codec(96);
      video.addSSRC(this.ssrcs.video, this.id);
      take('video', connection.addTrack(video));
    } else connection.onTrack((track) => take(track.type() === 'audio' ? 'audio' : 'video', track));
    connection.setRemoteDescription(sdp, 'offer');
  }

  #onPacket(publisher: string | null, kind: MediaKind, bytes: Buffer): void {
    if (publisher === null) this.feedback.push(...readRtcp(bytes));
    else {
      const kept = this.media.get(publisher) ?? { audio: [], video: [] };
      this.media.set(publisher, kept);
      if (!isRtcp(bytes)) kept[kind].push(bytes);
    }
    this.#stage.wake();
  }

  #close(name: string): void {
    const link = this.#links.get(name);
    this.#links.delete(name);
    link?.connection.close();
  }
}

export class Stage {
  readonly members: Member[] = [];
  readonly lost: string[] = [];
  readonly notes: string[] = [];
  #sfu: ReturnType<typeof openEmbeddedSfu>;
  #waiting: (() => void)[] = [];

  constructor() {
    this.#sfu = this.#open();
  }

  #open() {
    return openEmbeddedSfu(
      {
        place: { bindAddress: '127.0.0.1', clientIsLocal: true, announce: [] },
        refuses: () => false,
        onNote: (note) => this.notes.push(note),
      },
      {
        room: 'r1',
        path: { kind: 'sfu', server: 'embedded' },
        size: 8,
        send: (say) => {
          this.members.find(({ id }) => id === say.to)?.hear(say);
          this.wake();
        },
        onLost: (reason) => {
          this.lost.push(reason);
          this.wake();
        },
      },
    );
  }

  get pid(): number {
    return this.#sfu.process.pid ?? 0;
  }

  /** What the desk of a room does after its media server has died. */
  reopen(): void {
    this.#sfu = this.#open();
    for (const member of this.members) {
      member.close();
      member.epoch += 1;
    }
    for (const member of this.members) this.#announce(member);
  }

  join(id: string): Member {
    const seed = 1000 * (this.members.length + 1);
    const member = new Member(id, { audio: seed + 1, video: seed + 2 }, this);
    this.members.push(member);
    this.#announce(member);
    return member;
  }

  leave(member: Member): void {
    this.members.splice(this.members.indexOf(member), 1);
    member.close();
    this.tell({ type: 'left', seq: 1, member: member.id, reason: 'left' });
  }

  #announce({ id, epoch }: Member): void {
    const peer = { id, name: id, kind: 'bot' as const, order: 1, present: true, epoch };
    this.tell({ type: 'joined', seq: 1, peer });
  }

  tell(message: SignalServerMessage): void {
    this.#sfu.receive(message);
  }

  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Waits until it holds; looks again whenever something has happened, and every 20 ms. */
  async until(what: string, holds: () => boolean): Promise<void> {
    const giveUpAtMs = performance.now() + 12_000;
    while (!holds()) {
      if (performance.now() > giveUpAtMs) throw new Error(`still not: ${what}\n${this.notes.join('\n')}`);
      await new Promise<void>((resume) => {
        const timer = setTimeout(resume, 20);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resume();
        });
      });
    }
  }

  /** Waits until the room’s process has counted that much. */
  async untilCounted(
    what: string,
    publication: string,
    holds: (report: PublicationReport) => boolean,
  ): Promise<void> {
    const giveUpAtMs = performance.now() + 12_000;
    while (performance.now() < giveUpAtMs) {
      const report = await this.#sfu.process.report();
      const own = report?.publications.find((one) => one.publication === publication);
      if (own !== undefined && holds(own)) return;
    }
    throw new Error(`not counted: ${what}`);
  }

  async connected(): Promise<void> {
    const wanted = this.members.length;
    await this.until('every link is open', () =>
      this.members.every((one) => one.links.length === wanted && one.links.every((link) => one.isOpen(link))),
    );
    // Open at the members; the SFU hears of it a moment later.
    for (const { id } of this.members) {
      await this.untilCounted(`${id} has viewers`, id, ({ viewers }) => viewers === wanted - 1);
    }
  }

  async close(): Promise<void> {
    for (const member of this.members) member.close();
    await this.#sfu.process.close();
  }
}
