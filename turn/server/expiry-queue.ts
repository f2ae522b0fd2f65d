/** Below this many entries it is not worth looking for stale ones. */
const smallHeap = 64;

/**
 * Things that end at some time, earliest first: a binary heap. A time that moves back is noticed when the old one
 * is reached, so renewing costs nothing. Entries of what has ended early are cleared away before they outnumber the
 * others, so that many short lives leave nothing behind.
 */
export class ExpiryQueue<T> {
  #heap: { atMs: number; readonly item: T }[] = [];
  #clearAt = smallHeap;
  readonly #expiresMs: (item: T) => number | null;

  /** @param expiresMs when the item ends as of now; null: it is gone already */
  constructor(expiresMs: (item: T) => number | null) {
    this.#expiresMs = expiresMs;
  }

  /** Entries, stale ones included. */
  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    const atMs = this.#expiresMs(item);
    if (atMs === null) return;
    if (this.#heap.length >= this.#clearAt) this.#clear();
    this.#heap.push({ atMs, item });
    this.#rise(this.#heap.length - 1);
  }

  nextMs(): number | null {
    return this.#heap[0]?.atMs ?? null;
  }

  /** Takes out what has ended by now. */
  takeDue(nowMs: number): T[] {
    // An item that was added again may be there twice.
    const due = new Set<T>();
    for (let top = this.#heap[0]; top !== undefined && top.atMs <= nowMs; top = this.#heap[0]) {
      const atMs = this.#expiresMs(top.item);
      if (atMs !== null && atMs > nowMs) {
        top.atMs = atMs;
        this.#sink(0);
      } else {
        this.#removeTop();
        if (atMs !== null) due.add(top.item);
      }
    }
    return [...due];
  }

  /** One entry per live item; a sorted list is a heap. */
  #clear(): void {
    const live = new Map<T, { atMs: number; readonly item: T }>();
    for (const { item } of this.#heap) {
      const atMs = this.#expiresMs(item);
      if (atMs !== null) live.set(item, { atMs, item });
    }
    this.#heap = [...live.values()].sort((a, b) => a.atMs - b.atMs);
    this.#clearAt = Math.max(smallHeap, 2 * this.#heap.length);
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
