/**
 * Messages for sendmmsg(2) and recvmmsg(2), with their buffers, in one piece of memory that is made once.
 *
 * `struct mmsghdr` and `struct iovec` as 64-bit Linux lays them out, little-endian: the same on x86-64 and arm64, and with
 * glibc and musl (whose shorter lengths are padded to the same places).
 */
import { arrivalBytes, arrivalIn } from './arrival-time.ts';

const headerBytes = 64;
const header = { vector: 16, vectors: 24, control: 32, controlBytes: 40, flags: 48, length: 56 } as const;
const vectorBytes = 16;
const vector = { base: 0, length: 8 } as const;

/** What is told beside a message: when it arrived, or how it is to be cut. */
const controlBytes = arrivalBytes;

/**
 * udp(7), UDP_SEGMENT as ancillary data: the system cuts what it is given into datagrams of so many bytes. `struct cmsghdr`
 * (length, level, type), the size in 16 bits, padding.
 */
const segmentation = { bytes: 24, length: 18, level: 17, type: 103 } as const;

/** recvmsg(2): the datagram was longer than its buffer. */
const truncated = 0x20;

export class MessageBlock {
  readonly slots: number;
  readonly #slotBytes: number;
  /** The whole piece; `at` says where in it the buffer of a slot begins. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Where the piece is. */
  readonly #address: number;
  readonly #headers: readonly bigint[];
  readonly #buffers: readonly bigint[];

  /** @param addressOf where memory is; it must not move while anybody has the address */
  constructor(slots: number, slotBytes: number, addressOf: (memory: Uint8Array) => bigint) {
    this.slots = slots;
    this.#slotBytes = slotBytes;
    this.bytes = new Uint8Array(slots * (headerBytes + vectorBytes + slotBytes + controlBytes));
    this.view = new DataView(this.bytes.buffer);
    const address = addressOf(this.bytes);
    // Addresses of a process have 47 bits, or 52 where they are long.
    this.#address = Number(address);
    this.#buffers = Array.from({ length: slots }, (_, slot) => address + BigInt(this.at(slot)));
    this.#headers = Array.from({ length: slots }, (_, slot) => address + BigInt(slot * headerBytes));
    for (let slot = 0; slot < slots; slot += 1) {
      const at = this.#vectorAt(slot);
      this.view.setBigUint64(slot * headerBytes + header.vector, address + BigInt(at), true);
      this.view.setUint32(slot * headerBytes + header.vectors, 1, true);
      this.view.setBigUint64(at + vector.base, address + BigInt(this.at(slot)), true);
      this.setRoom(slot, slotBytes);
    }
  }

  at(slot: number): number {
    return this.slots * (headerBytes + vectorBytes) + slot * this.#slotBytes;
  }

  /** Address of the messages from this one on, for the system. */
  from(slot: number): bigint {
    return this.#headers[slot] ?? 0n;
  }

  /** Address of what a message holds, for the system. */
  bufferOf(slot: number): bigint {
    return this.#buffers[slot] ?? 0n;
  }

  /** The same as `from`, and as `bufferOf`, for those who write addresses into memory. */
  headerAddress(slot: number): number {
    return this.#address + slot * headerBytes;
  }

  bufferAddress(slot: number): number {
    return this.#address + this.at(slot);
  }

  /** How long a message is that is sent, or may be that is received. */
  setRoom(slot: number, bytes: number): void {
    this.view.setUint32(this.#vectorAt(slot) + vector.length, bytes, true);
  }

  /** A message that was received can be received into again. */
  resetRoom(slot: number): void {
    this.setRoom(slot, this.#slotBytes);
  }

  /** With a message that is received comes when it arrived. */
  askForArrival(slot: number): void {
    this.#setControl(slot, arrivalBytes);
  }

  /** A message that was received can be sent. */
  forgetArrival(slot: number): void {
    this.#setControl(slot, 0);
  }

  /** In ms since 1970; NaN: not told. */
  arrival(slot: number): number {
    const told = this.view.getUint32(slot * headerBytes + header.controlBytes, true);
    return told < arrivalBytes ? Number.NaN : arrivalIn(this.view, this.#controlAt(slot));
  }

  /** Length of these messages, which are to be sent; 0: they are not all of the same. */
  commonRoom(from: number, to: number): number {
    const bytes = this.room(from);
    for (let slot = from + 1; slot < to; slot += 1) if (this.room(slot) !== bytes) return 0;
    return bytes;
  }

  /** Makes one message of several, which the system cuts into datagrams of so many bytes; `count` 1 undoes it. */
  join(slot: number, count: number, bytes: number): void {
    const isJoined = count > 1;
    this.view.setUint32(slot * headerBytes + header.vectors, count, true);
    this.#setControl(slot, isJoined ? segmentation.bytes : 0);
    const at = this.#controlAt(slot);
    this.view.setUint32(at, segmentation.length, true);
    this.view.setUint32(at + 4, 0, true);
    this.view.setInt32(at + 8, segmentation.level, true);
    this.view.setInt32(at + 12, segmentation.type, true);
    this.view.setUint16(at + 16, bytes, true);
  }

  /** Length of a message that was received; 0: it was longer than the slot. */
  received(slot: number): number {
    const at = slot * headerBytes;
    if ((this.view.getUint32(at + header.flags, true) & truncated) !== 0) return 0;
    return this.view.getUint32(at + header.length, true);
  }

  /** How long it is, or may be. */
  room(slot: number): number {
    return this.view.getUint32(this.#vectorAt(slot) + vector.length, true);
  }

  #setControl(slot: number, bytes: number): void {
    const at = slot * headerBytes;
    const address = bytes === 0 ? 0 : this.#address + this.#controlAt(slot);
    this.view.setUint32(at + header.control, address % 2 ** 32, true);
    this.view.setUint32(at + header.control + 4, Math.floor(address / 2 ** 32), true);
    this.view.setUint32(at + header.controlBytes, bytes, true);
  }

  #vectorAt(slot: number): number {
    return this.slots * headerBytes + slot * vectorBytes;
  }

  #controlAt(slot: number): number {
    return this.slots * (headerBytes + vectorBytes + this.#slotBytes) + slot * controlBytes;
  }
}
