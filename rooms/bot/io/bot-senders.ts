/** What a bot sends over one connection: recorded pictures and sound, a packet when it is due. */
import nodeDataChannel, { type Direction, type PeerConnection, type Track } from 'node-datachannel';
import type { CompareMedia } from '../../../contract/comparison.ts';
import type { MediaSection } from '../media-sections.ts';
import { packetizeOpus, packetizeVp8, RtpSource } from '../rtp-source.ts';
import { opusFrames, vp8Frames } from '../test-frames.ts';

/** SRTP’s authentication tag (AES-GCM, RFC 7714 §12), which is on the wire and not in what the library hands over. */
export const tagBytes = 16;

interface Sender {
  readonly track: Track;
  readonly source: RtpSource;
}

export interface SenderOptions {
  readonly member: string;
  /** Of the sound; that of the picture is the next. */
  readonly ssrc: number;
  readonly media: CompareMedia;
  readonly direction: Extract<Direction, 'SendOnly' | 'SendRecv'>;
}

export class BotSenders {
  readonly tracks: readonly Track[];
  readonly #senders: readonly Sender[];
  bytesUp = 0;
  packetsUp = 0;

  /** Adds a track for each section; what is negotiated next carries them. */
  constructor(native: PeerConnection, sections: readonly MediaSection[], options: SenderOptions) {
    this.#senders = sections.map((section) => ({
      track: addTrack(native, section, options),
      source: sourceOf(section, options),
    }));
    this.tracks = this.#senders.map(({ track }) => track);
  }

  /** Sends what is due. */
  send(nowMs: number): void {
    for (const { track, source } of this.#senders) {
      if (!track.isOpen()) continue;
      for (const packet of source.due(nowMs)) {
        this.bytesUp += packet.length + tagBytes;
        this.packetsUp += 1;
        try {
          track.sendMessageBinary(Buffer.from(packet.buffer));
        } catch {
          // The other end has closed it meanwhile; the next look sees that.
          break;
        }
      }
    }
  }
}

function addTrack(
  native: PeerConnection,
  { kind, mid, payloadType }: MediaSection,
  { member, ssrc, direction }: SenderOptions,
): Track {
  const stream = [member, member, `${member}-${kind}`] as const;
  if (kind === 'audio') {
    const audio = new nodeDataChannel.Audio(mid, direction);
    // As pages and the embedded SFU have it: mono, with forward error correction (RFC 7587 §6.1).
    audio.addOpusCodec(payloadType, 'minptime=10;useinbandfec=1');
    audio.addSSRC(ssrc, ...stream);
    return native.addTrack(audio);
  }
  const video = new nodeDataChannel.Video(mid, direction);
  video.addVP8Codec(payloadType);
  video.addSSRC(ssrc + 1, ...stream);
  return native.addTrack(video);
}

function sourceOf({ kind, payloadType }: MediaSection, { ssrc, media }: SenderOptions): RtpSource {
  if (kind === 'audio') {
    return new RtpSource({
      ssrc,
      payloadType,
      clockHz: 48_000,
      framesPerSec: 50,
      frames: opusFrames,
      packetize: packetizeOpus,
    });
  }
  const { framesPerSec, maxVideoKbps } = media;
  return new RtpSource({
    ssrc: ssrc + 1,
    payloadType,
    clockHz: 90_000,
    framesPerSec,
    frames: vp8Frames(Math.round((maxVideoKbps * 125) / framesPerSec)),
    packetize: packetizeVp8,
  });
}
