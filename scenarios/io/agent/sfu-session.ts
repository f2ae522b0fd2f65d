/**
 * A member of an SFU's room on node-datachannel: answers the link for what it sends, or offers it where the SFU wants that,
 * and answers the one for what the other member sends. The library neither encodes nor decodes, so it sends silence (Opus), and the first packet of the other
 * one's is the top (S5).
 */
import { randomBytes } from 'node:crypto';
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { type Rung, rungs } from '../../../contract/basics.ts';
import type { LabAgentNewsInput, LabAgentOrder } from '../../../contract/lab-agent.ts';
import { CheckCounter } from './check-counter.ts';
import { Moment } from './moment.ts';
import { selectedPair } from './selected-pair.ts';
import { withoutCandidates } from './without-candidates.ts';

type Description = Extract<LabAgentOrder, { order: 'description' }>;
type Candidate = Extract<LabAgentOrder, { order: 'candidate' }>;
type Ended = Extract<LabAgentNewsInput, { news: 'ended' }>;
type LinkRung = 'S1' | 'S2' | 'S3';

/** Up and down. */
const linkCount = 2;
/** As the SFU offers them (RFC 3551 §6: dynamic). */
const payloadTypes = { audio: 111, video: 96 };
/** 20 ms of silence as Opus has it: one frame, coded as a table of contents byte and two more (RFC 6716 §3.1). */
const silence = Buffer.from([0xf8, 0xff, 0xfe]);
const packetMs = 20;
/** For the other member's first packet, once one link stands. */
const patienceMs = 8_000;
const samplesPerPacket = 960;

interface Link {
  readonly peer: PeerConnection;
  /** Held, because objects of the library live only as long as something in JavaScript holds them. */
  readonly tracks: Track[];
  /** The SFU's description is here. Its checks must not overtake it: the library would refuse their certificate. */
  readonly described: Moment;
  rung: Rung;
}

export class SfuSession {
  readonly run: number;
  readonly #tell: (news: LabAgentNewsInput) => void;
  readonly #links = new Map<string, Link>();
  readonly #checks: CheckCounter;
  readonly #told = new Set<Rung>();
  #talk: NodeJS.Timeout | undefined;
  #patience: NodeJS.Timeout | undefined;
  #over = false;

  constructor(run: number, tell: (news: LabAgentNewsInput) => void) {
    this.run = run;
    this.#tell = tell;
    const giveUp = () => {
      if (!this.#all('S2')) this.#end({ outcome: 'failed', code: 'ice-failed' });
    };
    this.#checks = new CheckCounter({ onExhausted: giveUp, onLong: giveUp });
  }

  /** The SFU offers every link once. */
  readonly isDescribed = false;

  noteCheck(target: string): void {
    if (!this.#over) this.#checks.note(target);
  }

  /** What this end sends, to an SFU that never offers to receive. */
  offer(name: string): void {
    const link = this.#open(name);
    this.#sendOn(link);
    link.peer.setLocalDescription('offer');
  }

  describe({ link: name = '', type, sdp }: Description): void {
    const link = this.#links.get(name) ?? this.#open(name);
    // The SFU receives on the link for what this end sends.
    if (type === 'offer' && sdp.includes('a=recvonly')) this.#sendOn(link);
    else if (type === 'offer') this.#receiveOn(link);
    link.peer.setRemoteDescription(sdp, type);
    link.described.come();
  }

  #open(name: string): Link {
    const peer = new nodeDataChannel.PeerConnection(`run-${this.run}-${name}`, { iceServers: [] });
    const link: Link = { peer, tracks: [], described: new Moment(), rung: 'S0' };
    this.#links.set(name, link);
    const { run } = this;
    peer.onLocalDescription((sdp, type) => {
      if (type !== 'offer' && type !== 'answer') return;
      this.#say({ news: 'description', run, link: name, type, sdp: withoutCandidates(sdp) });
    });
    peer.onLocalCandidate((line, mid) => {
      const candidate = line.replace(/^a=/, '');
      link.described.after(() => this.#say({ news: 'candidate', run, link: name, candidate, mid }));
      this.#reach(link, 'S1');
    });
    peer.onIceStateChange((state) => {
      if (state === 'connected' || state === 'completed') this.#reach(link, 'S2');
      if (state === 'failed') this.#end({ outcome: 'failed', code: 'ice-failed' });
    });
    peer.onStateChange((state) => {
      if (state === 'connected') this.#reach(link, 'S3');
      // ICE has found a way, and DTLS does not come up: no fault of the NATs.
      if (state === 'failed' && link.rung === 'S2') this.#end({ outcome: 'fault', code: 'dtls-failed' });
    });
    return link;
  }

  add({ link = '', candidate, mid }: Candidate): void {
    try {
      this.#links.get(link)?.peer.addRemoteCandidate(candidate, mid);
    } catch {
      // The transport has failed already.
    }
  }

  async close(): Promise<void> {
    this.#over = true;
    this.#checks.stop();
    clearInterval(this.#talk);
    clearTimeout(this.#patience);
    for (const { peer } of this.#links.values()) peer.close();
  }

  #receiveOn({ peer, tracks }: Link): void {
    peer.onTrack((track) => {
      tracks.push(track);
      track.onMessage((bytes) => {
        if (!isRtcp(bytes)) this.#heard();
      });
    });
  }

  #sendOn(link: Link): void {
    const ssrc = randomBytes(4).readUInt32BE();
    const audio = new nodeDataChannel.Audio('audio', 'SendOnly');
    audio.addOpusCodec(payloadTypes.audio);
    audio.addSSRC(ssrc, 'lab');
    const track = link.peer.addTrack(audio);
    // Nothing is sent over it, but the SFU waits for both.
    const video = new nodeDataChannel.Video('video', 'SendOnly');
    video.addVP8Codec(payloadTypes.video);
    video.addSSRC(randomBytes(4).readUInt32BE(), 'lab');
    link.tracks.push(track, link.peer.addTrack(video));
    let sequence = 0;
    track.onOpen(() => {
      this.#talk = setInterval(() => {
        try {
          if (track.isOpen()) track.sendMessageBinary(silentPacket(ssrc, sequence));
        } catch {
          // The library’s thread has closed it since the look.
        }
        sequence += 1;
      }, packetMs);
    });
  }

  #heard(): void {
    this.#say({ news: 'reached', run: this.run, rung: 'S5' });
    this.#end({ outcome: 'connected' });
  }

  /** A rung counts when both links have it. */
  #reach(link: Link, rung: LinkRung): void {
    if (!isAtLeast(link.rung, rung)) link.rung = rung;
    // One that only comes when the other member sends may never come.
    if (rung === 'S3') this.#patience ??= setTimeout(() => this.#missMedia(), patienceMs);
    if (!this.#all(rung) || this.#told.has(rung)) return;
    this.#told.add(rung);
    this.#say({ news: 'reached', run: this.run, rung });
  }

  #missMedia(): void {
    this.#end({ outcome: 'failed', code: 'media-missing' });
  }

  #all(rung: LinkRung): boolean {
    const links = [...this.#links.values()];
    return links.length === linkCount && links.every((link) => isAtLeast(link.rung, rung));
  }

  #say(news: LabAgentNewsInput): void {
    if (!this.#over) this.#tell(news);
  }

  #end(ended: Omit<Ended, 'news' | 'run'>): void {
    if (this.#over) return;
    const stands = [...this.#links.values()].find(({ rung }) => isAtLeast(rung, 'S2'));
    this.#say({
      news: 'ended',
      run: this.run,
      selected: stands === undefined ? null : selectedPair(stands.peer),
      checks: this.#checks.counts((target) => target),
      ...ended,
    });
    // It goes on sending: the other member may not have heard it yet.
    this.#over = true;
  }
}

function isAtLeast(reached: Rung, wanted: Rung): boolean {
  return rungs.indexOf(reached) >= rungs.indexOf(wanted);
}

/** RFC 3550 §5.1: version 2, nothing else set. */
function silentPacket(ssrc: number, sequence: number): Buffer {
  const packet = Buffer.alloc(12 + silence.length);
  packet[0] = 0x80;
  packet[1] = payloadTypes.audio;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE((sequence * samplesPerPacket) >>> 0, 4);
  packet.writeUInt32BE(ssrc, 8);
  silence.copy(packet, 12);
  return packet;
}

/** RFC 5761 §4: payload types 64–95 are left to RTCP. */
function isRtcp(bytes: Uint8Array): boolean {
  const type = (bytes[1] ?? 0) & 0x7f;
  return type >= 64 && type <= 95;
}
