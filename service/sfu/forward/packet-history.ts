/** The last packets of one source, kept once for all viewers, to send again what one of them misses. Pure. */

/** About 4 s of one picture at 1 Mbit/s. A power of two. */
const slots = 512;

export class PacketHistory {
  readonly #packets: (Uint8Array | undefined)[] = new Array<Uint8Array | undefined>(slots);
  readonly #sequences = new Int32Array(slots).fill(-1);

  /** Keeps the bytes themselves: nobody may change them afterwards. `sequence`: 0–65535, as in the packet. */
  add(sequence: number, packet: Uint8Array): void {
    const slot = sequence & (slots - 1);
    this.#packets[slot] = packet;
    this.#sequences[slot] = sequence;
  }

  /** Null: never came, or is too old. */
  find(sequence: number): Uint8Array | null {
    const slot = sequence & (slots - 1);
    return this.#sequences[slot] === sequence ? (this.#packets[slot] ?? null) : null;
  }
}
