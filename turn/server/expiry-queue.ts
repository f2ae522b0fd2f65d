/**
 * Things that end at some time, earliest first: a binary heap. A time that moves back is noticed when the old one
 * is reached, so renewing costs nothing; an entry that has ended early stays until then, and no longer.
 */
export class ExpiryQueue<T> {
  readonly #heap: { atMs: number; readonly item: T }[] = [];
  readonly #expiresMs: (item: T) => number | null;

  /** @param expiresMs when the item ends as of now; null: it is gone already */
  constructor(expiresMs: (item: T) => number | null) {
    this.#expiresMs = expiresMs;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    const atMs = this.#expiresMs(item);
    if (atMs === null) return;
    this.#heap.push({ atMs, item });
    this.#rise(this.#heap.length - 1);
  }

  nextMs(): number | null {
    return this.#heap[0]?.atMs ?? null;
  }

  /** Takes out what has ended by now. */
  takeDue(nowMs: number): T[] {
    const due: T[] = [];
    for (let top = this.#heap[0]; top !== undefined && top.atMs <= nowMs; top = this.#heap[0]) {
      const atMs = this.#expiresMs(top.item);
      if (atMs !== null && atMs > nowMs) {
        top.atMs = atMs;
        this.#sink(0);
      } else {
        this.#removeTop();
        if (atMs !== null) due.push(top.item);
      }
    }
    return due;
  }

  #removeTop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfEarlier(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (!this.#swapIfEarlier(child, at)) return;
      at = child;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  #swapIfEarlier(lower: number, upper: number): boolean {
    const low = this.#heap[lower];
    const high = this.#heap[upper];
    if (low === undefined || high === undefined || low.atMs >= high.atMs) return false;
    this.#heap[upper] = low;
    this.#heap[lower] = high;
    return true;
  }
}
