/** RTP packets of one medium at an even pace, from frames that are sent over and over. Pure. */

export interface RtpSourceOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Clock in Hz: VP8 RFC 7741 §4.1, Opus RFC 7587 §4.1. */
  readonly clockHz: number;
  readonly framesPerSec: number;
  /** Each whole frame as the decoder takes it. */
  readonly frames: readonly Uint8Array[];
  /** How a frame is cut into payloads. */
  readonly packetize: (frame: Uint8Array) => Uint8Array[];
}

/** A process that is late for a moment still sends what an encoder would have handed it meanwhile. */
const caughtUpMs = 200;

export class RtpSource {
  readonly #options: RtpSourceOptions;
  #sequence = 0;
  #frame = 0;
  #startMs: number | null = null;

  constructor(options: RtpSourceOptions) {
    this.#options = options;
  }

  /** The packets that are due; after a pause those of its last moments, not all that were missed. */
  due(nowMs: number): Uint8Array[] {
    const { framesPerSec } = this.#options;
    this.#startMs ??= nowMs;
    const reached = Math.floor(((nowMs - this.#startMs) * framesPerSec) / 1000) + 1;
    const most = Math.ceil((framesPerSec * caughtUpMs) / 1000);
    const packets: Uint8Array[] = [];
    for (let frame = Math.max(this.#frame, reached - most); frame < reached; frame += 1)
      packets.push(...this.#packetsOf(frame));
    this.#frame = Math.max(this.#frame, reached);
    return packets;
  }

  #packetsOf(index: number): Uint8Array[] {
    const { frames, packetize, clockHz, framesPerSec } = this.#options;
    const frame = frames[index % frames.length];
    if (frame === undefined) return [];
    const timestamp = Math.round((index * clockHz) / framesPerSec);
    const payloads = packetize(frame);
    return payloads.map((payload, at) => this.#packet(payload, timestamp, at === payloads.length - 1));
  }

  /** RFC 3550 §5.1. */
  #packet(payload: Uint8Array, timestamp: number, isLast: boolean): Uint8Array {
    const { ssrc, payloadType } = this.#options;
    const packet = new Uint8Array(12 + payload.length);
    const view = new DataView(packet.buffer);
    view.setUint8(0, 0x80);
    view.setUint8(1, payloadType | (isLast ? 0x80 : 0));
    view.setUint16(2, this.#sequence);
    view.setUint32(4, timestamp >>> 0);
    view.setUint32(8, ssrc);
    packet.set(payload, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    return packet;
  }
}

/** With 12 bytes of header, 10 of SRTP and IPv6 in front, still below every usual path’s limit. */
const longestPart = 1_150;

/** RFC 7741 §4.2: one byte says whether a partition begins here; nothing optional is said. */
export function packetizeVp8(frame: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < frame.length; at += longestPart) {
    const part = frame.subarray(at, at + longestPart);
    const payload = new Uint8Array(1 + part.length);
    payload[0] = at === 0 ? 0x10 : 0;
    payload.set(part, 1);
    parts.push(payload);
  }
  return parts;
}

/** RFC 7587 §4.2: one Opus packet is one payload. */
export function packetizeOpus(frame: Uint8Array): Uint8Array[] {
  return [frame];
}
