/** What became of that which was due, by the time at which it was due: shows when a server is back to normal. */

export interface Slice {
  readonly sent: number;
  /** Of these came back in time. */
  readonly good: number;
}

export interface SliceOrder {
  readonly lengthMs: number;
  /** What comes back later is not good. */
  readonly limitMs: number;
}

export class Slices {
  readonly #order: SliceOrder;
  readonly #fromMs: number;
  readonly #sent: Uint32Array;
  readonly #good: Uint32Array;

  constructor(order: SliceOrder, fromMs: number, toMs: number) {
    const count = Math.max(1, Math.ceil((toMs - fromMs) / order.lengthMs));
    this.#order = order;
    this.#fromMs = fromMs;
    this.#sent = new Uint32Array(count);
    this.#good = new Uint32Array(count);
  }

  sent(dueMs: number): void {
    const at = this.#at(dueMs);
    this.#sent[at] = (this.#sent[at] ?? 0) + 1;
  }

  back(dueMs: number, delayMs: number): void {
    if (delayMs > this.#order.limitMs) return;
    const at = this.#at(dueMs);
    this.#good[at] = (this.#good[at] ?? 0) + 1;
  }

  all(): Slice[] {
    return Array.from(this.#sent, (sent, at) => ({ sent, good: this.#good[at] ?? 0 }));
  }

  #at(dueMs: number): number {
    return Math.floor((dueMs - this.#fromMs) / this.#order.lengthMs);
  }
}

/** Of several workers, which began at the same time. */
export function joinSlices(workers: readonly (readonly Slice[])[]): Slice[] {
  const length = Math.max(0, ...workers.map((slices) => slices.length));
  return Array.from({ length }, (_, at) =>
    workers.reduce<Slice>(
      ({ sent, good }, slices) => ({
        sent: sent + (slices[at]?.sent ?? 0),
        good: good + (slices[at]?.good ?? 0),
      }),
      { sent: 0, good: 0 },
    ),
  );
}
