/** Things to do, by virtual time; what was added first at the same time comes first, so runs repeat exactly. */
export class EventQueue {
  readonly #items: { readonly atMs: number; readonly run: (nowMs: number) => void }[] = [];

  add(atMs: number, run: (nowMs: number) => void): void {
    // Later times go to the front, so that the next event is taken from the end in constant time.
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      if (item !== undefined && item.atMs > atMs) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, { atMs, run });
  }

  nextMs(): number | null {
    return this.#items.at(-1)?.atMs ?? null;
  }

  take(): { readonly atMs: number; readonly run: (nowMs: number) => void } | null {
    return this.#items.pop() ?? null;
  }
}
