/**
 * Records in a file that is only appended to: bytes in, records out. Each record is framed by a mark, its length and a
 * checksum of both length and content:
 *
 *     mark "PLY1" | length, 32 bits | CRC-32, 32 bits | content        (numbers big-endian)
 *
 * Whatever happened to the file, only whole records come out, and one that was damaged hides none behind it: reading
 * goes on at the next mark with a frame that is right. JSON in UTF-8 cannot imitate one, as it holds no NUL, which is
 * the first byte of every length.
 */
import { crc32 } from 'node:zlib';

const mark = Uint8Array.of(0x50, 0x4c, 0x59, 0x31);
const headBytes = mark.length + 8;
/** So that the first byte of a length is 0. Reports are far smaller (`limits.bodyBytes`). */
export const maxContentBytes = 0x00ff_ffff;

export interface Frame {
  /** Where it begins, in bytes from the start of the file. */
  readonly at: number;
  readonly content: Uint8Array;
}

/** Bytes that are no record. */
export interface Gap {
  readonly at: number;
  readonly bytes: number;
}

export interface Frames {
  /** In the order in which they were written. */
  readonly records: readonly Frame[];
  /** Between records: they were damaged after they had been written. */
  readonly damaged: readonly Gap[];
  /** Behind the last record: what a writer did not come to the end of, so nobody was told that it is kept. */
  readonly torn: Gap | null;
}

/** @throws RangeError for more than {@link maxContentBytes} */
export function encodeFrame(content: Uint8Array): Uint8Array {
  if (content.length > maxContentBytes) throw new RangeError(`a record of ${content.length} bytes`);
  const frame = new Uint8Array(headBytes + content.length);
  frame.set(mark);
  frame.set(content, headBytes);
  const view = new DataView(frame.buffer);
  view.setUint32(mark.length, content.length);
  view.setUint32(mark.length + 4, checksum(content));
  return frame;
}

export function decodeFrames(bytes: Uint8Array): Frames {
  const records: Frame[] = [];
  const damaged: Gap[] = [];
  let read = 0;
  for (let at = 0; at < bytes.length; ) {
    const content = contentAt(bytes, at);
    if (content === null) {
      at = nextMark(bytes, at + 1);
      continue;
    }
    if (at > read) damaged.push({ at: read, bytes: at - read });
    records.push({ at, content });
    at += headBytes + content.length;
    read = at;
  }
  const torn = read < bytes.length ? { at: read, bytes: bytes.length - read } : null;
  return { records, damaged, torn };
}

/** Null: no whole record begins there. */
function contentAt(bytes: Uint8Array, at: number): Uint8Array | null {
  if (at + headBytes > bytes.length || mark.some((byte, index) => bytes[at + index] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headBytes);
  const length = view.getUint32(mark.length);
  const from = at + headBytes;
  if (length > maxContentBytes || from + length > bytes.length) return null;
  const content = bytes.subarray(from, from + length);
  return view.getUint32(mark.length + 4) === checksum(content) ? content : null;
}

function nextMark(bytes: Uint8Array, from: number): number {
  const [first = 0] = mark;
  const at = bytes.indexOf(first, from);
  return at === -1 ? bytes.length : at;
}

/** Of the length too: a length that was damaged must not make a record of other bytes. */
function checksum(content: Uint8Array): number {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, content.length);
  return crc32(length, crc32(content));
}
