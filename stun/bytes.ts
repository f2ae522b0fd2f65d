/**
 * Reading and writing numbers in network byte order. Plain index arithmetic instead of a DataView per message:
 * it is the hottest code of the codec. Reads past the end give 0; callers have checked the bounds before.
 */

export function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}

export function writeUint16(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 8;
  out[at + 1] = value;
}

export function writeUint32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

// V8 keeps typed arrays of up to 64 bytes in its own heap; longer ones cost about ten times as much to make and to
// collect. So those share slabs, as Node's Buffers do, unless they are so long that a slab would be no help.
const heapBytes = 64;
const slabBytes = 8192;
const ownMemoryBytes = 1024;
let slab = new ArrayBuffer(slabBytes);
let slabUsed = 0;

/** A copy, so that a decoded message does not keep a 64 KiB receive buffer alive or change with it. */
export function copyBytes(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (length > heapBytes) return copyToSlab(bytes, at, length);
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[at + i] ?? 0;
  return copy;
}

/** The copy's `buffer` may be shared with others: never transfer it to a worker. */
function copyToSlab(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (slabUsed + length > slabBytes && length <= ownMemoryBytes) {
    slab = new ArrayBuffer(slabBytes);
    slabUsed = 0;
  }
  const copy = length > ownMemoryBytes ? new Uint8Array(length) : new Uint8Array(slab, slabUsed, length);
  if (length <= ownMemoryBytes) slabUsed += length;
  copy.set(bytes.subarray(at, at + length));
  return copy;
}

/** Like {@link copyBytes} from the start of a buffer of ours, where V8's own copy is the fastest for short ones. */
export function cutStart(scratch: Uint8Array, length: number): Uint8Array {
  return length > heapBytes ? copyToSlab(scratch, 0, length) : scratch.slice(0, length);
}

/** Bytes up to the next multiple of four (RFC 8489 s14: values are padded to a 32-bit boundary). */
export function paddingAfter(length: number): number {
  return -length & 3;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += hexOfByte[bytes[i] ?? 0];
  return text;
}
