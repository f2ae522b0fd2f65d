/**
 * Buffers from which io_uring(7) takes one for every datagram that it receives, and to which they are given back: a ring of
 * `struct io_uring_buf`, and the buffers behind it, in one piece of memory. In each buffer stand `struct io_uring_recvmsg_out`,
 * the time of arrival, and the datagram.
 */
import { arrivalBytes, arrivalIn } from './arrival-time.ts';

const ringEntryBytes = 16;
/** The system maps the ring page by page. */
export const pageBytes = 4096;
/** Lengths of name, control data and payload, and flags. */
const head = { controlBytes: 4, payloadBytes: 8, flags: 12, bytes: 16 } as const;
/** In the last two bytes of the first entry of the ring. */
const tailAt = 14;
/** recvmsg(2): the datagram was longer than its buffer. */
const truncated = 0x20;

export class DatagramPool {
  readonly slots: number;
  readonly #slotBytes: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #address: number;
  /** Where the ring begins, at the beginning of a page. */
  readonly #ringAt: number;
  #tail = 0;

  /** @param slots a power of two @param addressOf as for `MessageBlock` */
  constructor(slots: number, datagramBytes: number, addressOf: (memory: Uint8Array) => bigint) {
    this.slots = slots;
    this.#slotBytes = head.bytes + arrivalBytes + datagramBytes;
    this.bytes = new Uint8Array(pageBytes + slots * (ringEntryBytes + this.#slotBytes));
    this.view = new DataView(this.bytes.buffer);
    this.#address = Number(addressOf(this.bytes));
    this.#ringAt = (pageBytes - (this.#address % pageBytes)) % pageBytes;
    for (let slot = 0; slot < slots; slot += 1) this.giveBack(slot);
    this.offer();
  }

  get ringAddress(): number {
    return this.#address + this.#ringAt;
  }

  /** Where in the piece a datagram begins. */
  at(slot: number): number {
    return this.#slotAt(slot) + head.bytes + arrivalBytes;
  }

  addressAt(at: number): number {
    return this.#address + at;
  }

  /** 0: it was longer than the buffer. */
  received(slot: number): number {
    const at = this.#slotAt(slot);
    if ((this.view.getUint32(at + head.flags, true) & truncated) !== 0) return 0;
    return this.view.getUint32(at + head.payloadBytes, true);
  }

  /** In ms since 1970; NaN: not told. */
  arrival(slot: number): number {
    const at = this.#slotAt(slot);
    const told = this.view.getUint32(at + head.controlBytes, true);
    return told < arrivalBytes ? Number.NaN : arrivalIn(this.view, at + head.bytes);
  }

  /** Free again, once it is offered. */
  giveBack(slot: number): void {
    const address = this.#address + this.#slotAt(slot);
    const at = this.#ringAt + (this.#tail % this.slots) * ringEntryBytes;
    this.view.setUint32(at, address % 2 ** 32, true);
    this.view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
    this.view.setUint32(at + 8, this.#slotBytes, true);
    this.view.setUint16(at + 12, slot, true);
    this.#tail += 1;
  }

  /** From now on the system may use all that were given back. */
  offer(): void {
    this.view.setUint16(this.#ringAt + tailAt, this.#tail % 2 ** 16, true);
  }

  #slotAt(slot: number): number {
    return this.#ringAt + this.slots * ringEntryBytes + slot * this.#slotBytes;
  }
}
