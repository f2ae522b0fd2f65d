/** RFC 8489 s6.3.1: as long as a client may retransmit a request. */
const rememberedMs = 40_000;
const maxRemembered = 4096;

/**
 * Requests that ended an allocation. Their answer may have been lost, and the retransmission then finds nothing to
 * end: it must get the same answer all the same.
 */
export class FarewellTable {
  /** Five-tuple → its last request, in order of time. */
  readonly #last = new Map<string, { readonly transaction: string; readonly untilMs: number }>();

  remember(nowMs: number, key: string, transaction: string): void {
    this.#last.delete(key);
    for (const [oldest, { untilMs }] of this.#last) {
      if (untilMs > nowMs && this.#last.size < maxRemembered) break;
      this.#last.delete(oldest);
    }
    this.#last.set(key, { transaction, untilMs: nowMs + rememberedMs });
  }

  knows(nowMs: number, key: string, transaction: string): boolean {
    const last = this.#last.get(key);
    return last !== undefined && last.transaction === transaction && nowMs < last.untilMs;
  }

  get size(): number {
    return this.#last.size;
  }
}
