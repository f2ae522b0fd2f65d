export interface BucketRate {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** A token bucket, full at first. */
export class TokenBucket {
  #tokens: number;
  #filledMs: number;

  constructor(nowMs: number, { burst }: BucketRate) {
    this.#tokens = burst;
    this.#filledMs = nowMs;
  }

  /** Takes `count` tokens; false, and none taken, when there are fewer. */
  take(nowMs: number, { perSecond, burst }: BucketRate, count = 1): boolean {
    const refill = (Math.max(0, nowMs - this.#filledMs) / 1000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + refill);
    this.#filledMs = nowMs;
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Gives `count` tokens back, up to a full bucket. */
  give({ burst }: BucketRate, count: number): void {
    this.#tokens = Math.min(burst, this.#tokens + count);
  }
}
