/**
 * Copies of bytes, which is where most of the codec's time goes: a message needs one for itself when it is encoded,
 * and one for its transaction id when it is decoded.
 */

// V8 keeps typed arrays of up to 64 bytes in its own heap; longer ones cost about ten times as much to make and to
// collect. So those share slabs, as Node's Buffers do, unless they are so long that a slab would be no help.
const heapBytes = 64;
const slabBytes = 8192;
const ownMemoryBytes = 1024;
let slab = new ArrayBuffer(slabBytes);
let slabUsed = 0;

/**
 * A buffer to write in, whose start is then taken as a copy. The fastest way to make a short typed array is to copy
 * a whole existing one: `slice` pays for looking up its species, an empty one for being cleared and filled again.
 * So there is a window on the start of the buffer for every short length.
 */
export class Scratch {
  readonly bytes: Uint8Array;
  readonly #windows: readonly Uint8Array[];

  /** @param size in bytes, at least 64 */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#windows = Array.from({ length: heapBytes + 1 }, (_, length) => this.bytes.subarray(0, length));
  }

  /** A copy of the first `length` bytes. Its `buffer` may be shared with others: never transfer it to a worker. */
  take(length: number): Uint8Array {
    const window = this.#windows[length];
    return window === undefined ? copyToSlab(this.bytes, 0, length) : new Uint8Array(window);
  }
}

const short = new Scratch(heapBytes);

/**
 * A copy, so that a decoded message does not keep a 64 KiB receive buffer alive or change with it. As with
 * {@link Scratch}, its `buffer` may be shared.
 */
export function copyBytes(bytes: Uint8Array, at: number, length: number): Uint8Array {
  if (length > heapBytes) return copyToSlab(bytes, at, length);
  for (let i = 0; i < length; i++) short.bytes[i] = bytes[at + i] ?? 0;
  return short.take(length);
}

/** Memory for `length` bytes with anything in them. As with {@link Scratch}, its `buffer` may be shared. */
export function uncleared(length: number): Uint8Array {
  if (length > ownMemoryBytes) return new Uint8Array(length);
  if (slabUsed + length > slabBytes) {
    slab = new ArrayBuffer(slabBytes);
    slabUsed = 0;
  }
  slabUsed += length;
  return new Uint8Array(slab, slabUsed - length, length);
}

function copyToSlab(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const copy = uncleared(length);
  copy.set(bytes.subarray(at, at + length));
  return copy;
}
