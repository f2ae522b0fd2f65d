/** Cuts a TCP or TLS stream into STUN messages and ChannelData (RFC 8489 s6.2.2, RFC 8656 s12.5). */
import { paddingAfter, readUint16, readUint32, writeUint16 } from './bytes.ts';
import { copyBytes, uncleared } from './copy.ts';
import { headerBytes, magicCookie } from './message.ts';

export type Frame =
  | { readonly kind: 'stun'; readonly bytes: Uint8Array }
  | { readonly kind: 'channel-data'; readonly channel: number; readonly data: Uint8Array };

export interface FramerOutput {
  readonly frames: Frame[];
  /** Set once the stream is no STUN stream; nothing can be read from it any more, so close it. */
  readonly problem?: string;
}

const channelHeaderBytes = 4;
/** RFC 8656 s12: channel numbers are 0x4000–0x4fff; 0x5000–0xffff are reserved. */
export const firstChannel = 0x4000;
export const lastChannel = 0x4fff;
/** RFC 5766 s11 had 0x4000–0x7fff; clients of its time may use them all. */
export const lastOldChannel = 0x7fff;

/**
 * Feed it chunks as they come. It holds at most one unfinished frame, that is 65,556 bytes, and refuses at the first
 * byte that cannot belong to a STUN stream. After a problem every further push gives the same problem. Never throws.
 */
export class StreamFramer {
  #pending = new Uint8Array(0);
  #length = 0;
  /** Padding of the last ChannelData, still to come. The frame itself does not wait for it. */
  #skip = 0;
  #problem: string | undefined;
  #maxFrameBytes = Number.POSITIVE_INFINITY;
  readonly #lastChannel: number;

  /** @param highest the highest channel number that may come: `lastChannel` or `lastOldChannel` */
  constructor(highest: number = lastChannel) {
    this.#lastChannel = highest;
  }

  /** Longer frames are a problem from now on, before they are held: for streams of strangers. */
  limitFrames(maxFrameBytes: number): void {
    this.#maxFrameBytes = maxFrameBytes;
  }

  push(chunk: Uint8Array): FramerOutput {
    const frames: Frame[] = [];
    let at = 0;
    while (this.#problem === undefined && at < chunk.length) {
      const skipped = Math.min(this.#skip, chunk.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (at < chunk.length) at = this.#take(chunk, at, frames);
    }
    return this.#problem === undefined ? { frames } : { frames, problem: this.#problem };
  }

  /** Uses bytes of the chunk from `at` on, at most to the end of the frame; returns where it stopped. */
  #take(chunk: Uint8Array, at: number, frames: Frame[]): number {
    if (this.#length === 0) {
      // Nothing held back: a whole frame is cut from the chunk itself.
      const source = chunk.subarray(at);
      const size = this.#frameSize(source);
      if (size.known && source.length >= size.bytes) {
        frames.push(this.#cut(source, size.bytes));
        return at + size.bytes;
      }
    }
    const before = this.#frameSize(this.#pending.subarray(0, this.#length));
    const taken = Math.min(before.bytes - this.#length, chunk.length - at);
    this.#hold(chunk, at, taken, before.bytes);
    const held = this.#pending.subarray(0, this.#length);
    const size = this.#frameSize(held);
    if (size.known && held.length === size.bytes) {
      this.#length = 0;
      frames.push(this.#cut(held, size.bytes));
    }
    return at + taken;
  }

  /**
   * The size of the frame that starts here, or, while its header is not complete, the next size that tells more.
   * Notes the first thing that cannot be.
   */
  #frameSize(source: Uint8Array): { readonly bytes: number; readonly known: boolean } {
    const first = source[0];
    if (first === undefined || this.#problem !== undefined)
      return { bytes: channelHeaderBytes, known: false };
    if (first > this.#lastChannel >>> 8) return this.#stop(`a stream of STUN cannot have byte ${first} here`);
    if (source.length < channelHeaderBytes) return { bytes: channelHeaderBytes, known: false };
    const length = readUint16(source, 2);
    if (channelHeaderBytes + length > this.#maxFrameBytes) return this.#stop(`a frame of ${length} bytes`);
    if (first >= firstChannel >>> 8) return { bytes: channelHeaderBytes + length, known: true };
    if ((length & 3) !== 0) return this.#stop(`message length ${length} is no multiple of four`);
    if (source.length < 8) return { bytes: 8, known: false };
    // RFC 3489 knew no stream transport, so a message without the cookie is something else.
    if (readUint32(source, 4) !== magicCookie) return this.#stop('no magic cookie');
    return { bytes: headerBytes + length, known: true };
  }

  #stop(problem: string): { readonly bytes: number; readonly known: false } {
    this.#problem = problem;
    return { bytes: channelHeaderBytes, known: false };
  }

  #hold(chunk: Uint8Array, at: number, count: number, need: number): void {
    if (this.#pending.length < need) {
      const grown = new Uint8Array(need);
      grown.set(this.#pending.subarray(0, this.#length));
      this.#pending = grown;
    }
    this.#pending.set(chunk.subarray(at, at + count), this.#length);
    this.#length += count;
  }

  #cut(source: Uint8Array, size: number): Frame {
    const first = readUint16(source, 0);
    if (first < firstChannel) return { kind: 'stun', bytes: copyBytes(source, 0, size) };
    const length = size - channelHeaderBytes;
    // RFC 8656 s12.5: over streams ChannelData is padded to four bytes, and the length does not count the padding.
    this.#skip = paddingAfter(length);
    return { kind: 'channel-data', channel: first, data: copyBytes(source, channelHeaderBytes, length) };
  }
}

/** RFC 8656 s12.4. `padded`: over TCP and TLS it must be, over UDP it need not. */
export function encodeChannelData(channel: number, data: Uint8Array, padded: boolean): Uint8Array {
  if (!Number.isInteger(channel) || channel < firstChannel || channel > lastOldChannel)
    throw new RangeError('channel must be 0x4000–0x7fff');
  if (data.length > 0xffff) throw new RangeError('data must be at most 65535 bytes long');
  const end = channelHeaderBytes + data.length;
  const out = uncleared(end + (padded ? paddingAfter(data.length) : 0));
  writeUint16(out, 0, channel);
  writeUint16(out, 2, data.length);
  out.set(data, channelHeaderBytes);
  return out.fill(0, end);
}

/**
 * One datagram. Null: no ChannelData, a reserved channel number, or longer than what is there (RFC 8656 s12.6:
 * discard silently). Bytes behind the data are padding.
 */
export function decodeChannelData(bytes: Uint8Array): { channel: number; data: Uint8Array } | null {
  const view = viewChannelData(bytes);
  return view === null ? null : { channel: view.channel, data: copyBytes(view.data, 0, view.data.length) };
}

/** The same without a copy: `data` lies in `bytes` and changes with them. */
export function viewChannelData(
  bytes: Uint8Array,
  highest: number = lastChannel,
): { channel: number; data: Uint8Array } | null {
  if (bytes.length < channelHeaderBytes) return null;
  const channel = readUint16(bytes, 0);
  if (channel < firstChannel || channel > highest) return null;
  const length = readUint16(bytes, 2);
  if (channelHeaderBytes + length > bytes.length) return null;
  // A Buffer’s own `subarray` takes twice as long.
  return { channel, data: new Uint8Array(bytes.buffer, bytes.byteOffset + channelHeaderBytes, length) };
}
