/** Numbers that may come once each, in any order, but not older than the window (as in RFC 4302 s3.4.3). */
export class ReplayWindow {
  readonly #size: number;
  readonly #seen = new Set<number>();
  #highest = -1;

  constructor(size = 1_024) {
    this.#size = size;
  }

  /** True the first time; false for a number that came before or is too old to tell. */
  accept(counter: number): boolean {
    const oldest = this.#highest - this.#size;
    if (counter <= oldest || this.#seen.has(counter)) return false;
    this.#seen.add(counter);
    if (counter > this.#highest) {
      this.#highest = counter;
      this.#forgetBefore(counter - this.#size);
    }
    return true;
  }

  get size(): number {
    return this.#seen.size;
  }

  #forgetBefore(oldest: number): void {
    if (this.#seen.size <= 2 * this.#size) return;
    for (const counter of this.#seen) if (counter <= oldest) this.#seen.delete(counter);
  }
}
