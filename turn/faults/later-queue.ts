/** Something that happens later, at a time or when others have passed. */
interface Waiting<T> {
  atMs: number;
  readonly item: T;
  /** What passes by while it waits; null: only time counts. */
  readonly overtakenBy: string | null;
  left: number;
}

/** What comes when so much waits is lost: a fault may delay, it may not fill the memory. */
const maxWaiting = 100_000;

/** What was delayed, in order of time; equal times in the order in which they came. */
export class LaterQueue<T> {
  #waiting: Waiting<T>[] = [];

  add(atMs: number, item: T): void {
    this.#insert({ atMs, item, overtakenBy: null, left: 0 });
  }

  /** Waits until `count` others of that name have passed, but not longer than `atMs`. */
  addOvertaken(atMs: number, item: T, name: string, count: number): void {
    this.#insert({ atMs, item, overtakenBy: name, left: count });
  }

  passed(nowMs: number, name: string): void {
    const released = this.#waiting.filter((waiting) => {
      if (waiting.overtakenBy !== name) return false;
      waiting.left -= 1;
      return waiting.left === 0;
    });
    if (released.length === 0) return;
    this.#waiting = this.#waiting.filter((waiting) => !released.includes(waiting));
    for (const { item } of released) this.add(nowMs, item);
  }

  takeDue(nowMs: number): T[] {
    const end = this.#waiting.findIndex(({ atMs }) => atMs > nowMs);
    return this.#waiting.splice(0, end < 0 ? this.#waiting.length : end).map(({ item }) => item);
  }

  nextMs(): number | null {
    return this.#waiting[0]?.atMs ?? null;
  }

  /** What waits and can still be changed; undefined: nothing of that kind. */
  find(wanted: (item: T) => boolean): T | undefined {
    return this.#waiting.find(({ item }) => wanted(item))?.item;
  }

  #insert(waiting: Waiting<T>): void {
    if (this.#waiting.length >= maxWaiting) return;
    let at = this.#waiting.length;
    while (at > 0 && (this.#waiting[at - 1]?.atMs ?? 0) > waiting.atMs) at -= 1;
    this.#waiting.splice(at, 0, waiting);
  }
}
