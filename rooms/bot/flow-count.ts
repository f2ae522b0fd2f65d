/** What came of one RTP stream. Pure. */

export class FlowCount {
  #first: number | null = null;
  /** Sequence number, extended over its wraps (RFC 3550 App. A.1). */
  #highest = 0;
  #received = 0;

  onPacket(sequence: number): void {
    this.#received += 1;
    if (this.#first === null) {
      this.#first = sequence;
      this.#highest = sequence;
      return;
    }
    const ahead = (sequence - this.#highest) & 0xffff;
    // The half of the numbers that lies behind is late, not far ahead.
    if (ahead < 0x8000) this.#highest += ahead;
  }

  get received(): number {
    return this.#received;
  }

  /** Below zero never: packets that came twice are not news. */
  get lost(): number {
    return this.#first === null ? 0 : Math.max(0, this.#highest - this.#first + 1 - this.#received);
  }
}
