/**
 * One PeerConnection of the room’s process: to a publisher, or to a viewer of one publication. Every call into the
 * native library that may come too late is made here, and guarded: it throws for tracks that are not open.
 */
import nodeDataChannel, { type PeerConnection, type Track } from 'node-datachannel';
import { bindAddressOf, loopbackAddresses } from '../../rtc/own-addresses.ts';
import { type MediaKind, mediaKinds, payloadTypes } from '../media.ts';
import type { LinkPlace, RoomNews } from '../room-messages.ts';
import type { OfferedMedia } from '../sdp/filter-offer.ts';
import { allCandidates, withCandidates, withoutCandidates } from '../sdp/own-candidates.ts';
import { connectDeadlineMs } from '../sfu-limits.ts';
import type { SharedPort } from './shared-port.ts';

/** What viewers are told about a medium (RFC 5576 §4.1, RFC 8830 §2). */
export interface OutgoingStream {
  readonly ssrcs: Readonly<Record<MediaKind, number>>;
  readonly cname: string;
  readonly streamId: string;
}

export interface LinkEvents {
  readonly tell: (news: RoomNews) => void;
  /** All tracks are open: packets may be sent. */
  readonly onOpen: () => void;
  readonly onPacket: (media: MediaKind, bytes: Uint8Array) => void;
  /** Once; the link is closed already. */
  readonly onGone: () => void;
}

/**
 * What threads of the library do next is asked for instead of listened to: every listener is a handle that each wake-up
 * of the process walks past, and there are as many as links.
 */
const checkMs = 2;

export class PeerLink {
  readonly id: string;
  readonly #events: LinkEvents;
  readonly #connection: PeerConnection;
  #audio: Track | null = null;
  #video: Track | null = null;
  readonly #deadline: NodeJS.Timeout;
  /** null: a port of its own. */
  readonly #port: SharedPort | null;
  /** null: all. */
  readonly #bindAddress: string | null;
  /** Addresses to announce beside those that the library finds. */
  readonly #also: readonly string[];
  #checkTimer: NodeJS.Timeout | null = null;
  /** Our candidates, when all are there. */
  #gathered: readonly string[] | null = null;
  /** The answer to our offer is here. */
  #accepted = false;
  #open = false;
  #closed = false;

  constructor(id: string, place: LinkPlace, port: SharedPort | null, events: LinkEvents) {
    this.id = id;
    this.#events = events;
    const bindAddress = bindAddressOf(place);
    this.#port = port;
    this.#bindAddress = bindAddress;
    this.#connection = new nodeDataChannel.PeerConnection(`sfu-${id}`, {
      iceServers: [],
      ...port?.take(bindAddress),
      ...(bindAddress === null ? {} : { bindAddress }),
    });
    this.#also = [
      ...(bindAddress === null && place.clientIsLocal ? loopbackAddresses : []),
      ...place.announce,
    ];
    this.#connection.onStateChange((state) => this.#onState(state));
    this.#deadline = setTimeout(() => this.#end('failed'), connectDeadlineMs);
  }

  /** Offers to receive what a member publishes. */
  offerToReceive(): void {
    this.#offer('RecvOnly', null);
  }

  /** Offers a publication to a viewer. */
  offerToSend(stream: OutgoingStream): void {
    this.#offer('SendOnly', stream);
  }

  #offer(direction: 'RecvOnly' | 'SendOnly', stream: OutgoingStream | null): void {
    for (const media of mediaKinds) this.#addTrack(media, media, payloadTypes[media], direction, stream);
    this.#connection.setLocalDescription();
    const offer = this.#connection.localDescription();
    if (offer === null) throw new Error('the library makes no offer');
    this.#tell({ type: 'offer', link: this.id, sdp: withoutCandidates(offer.sdp) });
    this.#whenGathered((_sdp, candidates) => {
      this.#gathered = candidates;
      this.#announce();
    });
  }

  /** Throws when the library refuses the offer. The answer carries all candidates (RFC 9725 §4.4.5). */
  answer(sdp: string, media: OfferedMedia, stream: OutgoingStream | null): void {
    for (const kind of mediaKinds) {
      const offered = media[kind];
      if (offered === null) continue;
      const direction = stream === null ? 'RecvOnly' : 'SendOnly';
      this.#addTrack(kind, offered.mid, offered.payloadType, direction, stream);
    }
    this.#connection.setRemoteDescription(sdp, 'offer');
    this.#whenGathered((answer, candidates) => {
      this.#tell({ type: 'answer', link: this.id, sdp: withCandidates(answer, candidates) });
    });
  }

  /** Without STUN servers that is at once. */
  #whenGathered(take: (sdp: string, candidates: readonly string[]) => void): void {
    const gathered = () => this.#connection.gatheringState() === 'complete';
    this.#soon(gathered, () => {
      const description = this.#connection.localDescription();
      if (description === null) return;
      const candidates = allCandidates(description.sdp, this.#also);
      this.#port?.learn(this.#bindAddress, candidates[0] ?? '');
      take(description.sdp, candidates);
    });
  }

  #addTrack(
    kind: MediaKind,
    mid: string,
    payloadType: number,
    direction: 'RecvOnly' | 'SendOnly',
    stream: OutgoingStream | null,
  ): void {
    const section =
      kind === 'audio'
        ? audioSection(mid, payloadType, direction)
        : videoSection(mid, payloadType, direction);
    if (stream !== null)
      section.addSSRC(stream.ssrcs[kind], stream.cname, stream.streamId, `${stream.streamId}-${kind}`);
    const track = this.#connection.addTrack(section);
    if (kind === 'audio') this.#audio = track;
    else this.#video = track;
    // What viewers report of sound asks for nothing: lost Opus is not sent again, and it has no key frames.
    if (stream !== null && kind === 'audio') return;
    // Without a media handler both RTP and RTCP come here, whatever the direction.
    track.onMessage((bytes) => {
      if (this.#closed) return;
      // The packet may overtake the event that the tracks are open.
      this.#opened();
      this.#events.onPacket(kind, bytes);
    });
  }

  /** One at a time: gathering ends before the tracks can open. */
  #soon(happened: () => boolean, take: () => void): void {
    if (this.#closed) return;
    if (happened()) take();
    else this.#checkTimer = setTimeout(() => this.#soon(happened, take), checkMs);
  }

  #tracks(): Track[] {
    return [this.#audio, this.#video].filter((track) => track !== null);
  }

  #opened(): void {
    if (this.#open) return;
    this.#open = true;
    this.#events.onOpen();
  }

  /**
   * The member’s answer to our offer. Only now does the member learn our candidates: its checks and DTLS must not
   * overtake the answer, or the library refuses its certificate.
   */
  accept(sdp: string): void {
    if (this.#closed || this.#accepted) return;
    this.#accepted = true;
    try {
      this.#connection.setRemoteDescription(sdp, 'answer');
    } catch (error) {
      this.#refuse(error);
      return;
    }
    this.#announce();
  }

  addCandidate(candidate: string, mid: string): void {
    if (this.#closed) return;
    try {
      this.#connection.addRemoteCandidate(candidate, mid);
    } catch {
      // The library throws for a candidate that comes after the transport has failed; it can no longer matter.
    }
  }

  send(media: MediaKind, bytes: Buffer): void {
    if (!this.#open) return;
    try {
      if (media === 'audio') this.#audio?.sendMessageBinary(bytes);
      else this.#video?.sendMessageBinary(bytes);
    } catch {
      // The transport has gone and its state is on the way here, or SRTP refuses this one packet. Media go on.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#open = false;
    clearTimeout(this.#deadline);
    if (this.#checkTimer !== null) clearTimeout(this.#checkTimer);
    for (const track of this.#tracks()) track.close();
    this.#audio = null;
    this.#video = null;
    this.#connection.close();
    this.#port?.release(this.#bindAddress);
  }

  #announce(): void {
    if (!this.#accepted) return;
    // All media share one transport, so one section’s candidates hold for all (RFC 9143 §7.2).
    for (const candidate of this.#gathered ?? [])
      this.#tell({ type: 'candidate', link: this.id, candidate, mid: 'audio' });
  }

  #onState(state: string): void {
    if (state === 'connected') {
      clearTimeout(this.#deadline);
      this.#tell({ type: 'state', link: this.id, state });
      this.#soon(
        () => this.#tracks().every((track) => track.isOpen()),
        () => this.#opened(),
      );
    } else if (state === 'failed' || state === 'closed') this.#end(state);
  }

  #end(state: 'failed' | 'closed'): void {
    if (this.#closed) return;
    this.#tell({ type: 'state', link: this.id, state });
    this.close();
    this.#events.onGone();
  }

  #refuse(error: unknown): void {
    const problem = error instanceof Error ? error.message : 'the description was refused';
    this.#tell({ type: 'refused', link: this.id, problem: problem.slice(0, 300) });
    this.close();
    this.#events.onGone();
  }

  #tell(news: RoomNews): void {
    if (!this.#closed) this.#events.tell(news);
  }
}

function audioSection(mid: string, payloadType: number, direction: 'RecvOnly' | 'SendOnly') {
  const section = new nodeDataChannel.Audio(mid, direction);
  // RFC 7587 §6.1: forward error correction inside Opus mends what is not sent again.
  section.addOpusCodec(payloadType, 'minptime=10;useinbandfec=1');
  return section;
}

function videoSection(mid: string, payloadType: number, direction: 'RecvOnly' | 'SendOnly') {
  const section = new nodeDataChannel.Video(mid, direction);
  section.addVP8Codec(payloadType);
  return section;
}
