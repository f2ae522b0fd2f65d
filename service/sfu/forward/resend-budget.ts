/** How often one viewer may have packets sent again: without it a viewer could make the server multiply traffic. */
export const resendsPerSecond = 200;

/** A bucket of tokens that fills evenly; it holds one second’s worth. Pure. */
export class ResendBudget {
  #tokens = resendsPerSecond;
  #filledAtMs: number | null = null;

  take(nowMs: number): boolean {
    const passedMs = this.#filledAtMs === null ? 0 : nowMs - this.#filledAtMs;
    this.#filledAtMs = nowMs;
    this.#tokens = Math.min(resendsPerSecond, this.#tokens + (passedMs * resendsPerSecond) / 1000);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
