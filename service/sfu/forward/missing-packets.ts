/** Which packets of a publisher are missing, and when to ask for them again (RFC 4585 §6.2.1). Pure. */

/** A packet is asked for at once, and again after this long: longer than most round trips to a server. */
export const askAgainMs = 80;
/** Then it is given up: a viewer has shown the next frame by now. */
export const maxAsks = 5;
/** A gap wider than this is no loss but a restart; waiting for a key frame is cheaper. */
export const maxGap = 128;

interface Missing {
  asks: number;
  dueMs: number;
}

export class MissingPackets {
  readonly #missing = new Map<number, Missing>();

  get size(): number {
    return this.#missing.size;
  }

  /** When the next one is to be asked for; null: none is missing. */
  nextDeadlineMs(): number | null {
    let next: number | null = null;
    for (const { dueMs } of this.#missing.values()) next = next === null ? dueMs : Math.min(next, dueMs);
    return next;
  }

  /**
   * Takes the extended sequence numbers of the packet that came and of the newest before it. False: the gap is too
   * wide, nothing is asked for.
   */
  onPacket(nowMs: number, sequence: number, highestBefore: number): boolean {
    this.#missing.delete(sequence);
    const gap = sequence - highestBefore - 1;
    if (gap <= 0) return true;
    if (gap + this.#missing.size > maxGap) {
      this.clear();
      return false;
    }
    for (let number = highestBefore + 1; number < sequence; number += 1) {
      this.#missing.set(number, { asks: 0, dueMs: nowMs });
    }
    return true;
  }

  clear(): void {
    this.#missing.clear();
  }

  /** The numbers to ask for now, and whether any was given up. */
  due(nowMs: number): { readonly ask: readonly number[]; readonly gaveUp: boolean } {
    const ask: number[] = [];
    let gaveUp = false;
    for (const [sequence, missing] of this.#missing) {
      if (missing.dueMs > nowMs) continue;
      if (missing.asks >= maxAsks) {
        this.#missing.delete(sequence);
        gaveUp = true;
        continue;
      }
      missing.asks += 1;
      missing.dueMs = nowMs + askAgainMs;
      ask.push(sequence);
    }
    return { ask, gaveUp };
  }
}
