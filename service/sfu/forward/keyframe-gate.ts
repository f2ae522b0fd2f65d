/**
 * When a publisher is asked for a key frame. Viewers ask often, and all at once when a packet was lost on the way to
 * the server; a key frame is many times as large as another one. So there is one at most per interval, and a request
 * that comes too early waits for its turn instead of being lost. Pure.
 */
export const keyframeIntervalMs = 500;

export class KeyframeGate {
  #wanted = false;
  #askedAtMs: number | null = null;

  want(): void {
    this.#wanted = true;
  }

  /** Null: nobody wants one. */
  nextDeadlineMs(nowMs: number): number | null {
    if (!this.#wanted) return null;
    return this.#askedAtMs === null ? nowMs : Math.max(nowMs, this.#askedAtMs + keyframeIntervalMs);
  }

  /** True: ask now. */
  pass(nowMs: number): boolean {
    if (!this.#wanted || (this.#askedAtMs !== null && nowMs < this.#askedAtMs + keyframeIntervalMs))
      return false;
    this.#wanted = false;
    this.#askedAtMs = nowMs;
    return true;
  }
}
