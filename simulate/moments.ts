/** Mean of what was drawn, and how far drawing alone puts it off. */
export class Moments {
  #count = 0;
  #sum = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    this.#sum += value;
    this.#squares += value * value;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Of the mean. */
  get standardError(): number {
    if (this.#count < 2) return 0;
    const variance = (this.#squares - this.#sum * this.mean) / (this.#count - 1);
    return Math.sqrt(Math.max(0, variance) / this.#count);
  }
}
