export interface BucketRate {
  /** Tokens that come back per second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** A token bucket, full at first unless told otherwise. */
export class TokenBucket {
  #tokens: number;
  #filledMs: number;

  constructor(nowMs: number, { burst }: BucketRate, tokens = burst) {
    this.#tokens = tokens;
    this.#filledMs = nowMs;
  }

  /** Tokens that are there. */
  level(nowMs: number, rate: BucketRate): number {
    this.#refill(nowMs, rate);
    return this.#tokens;
  }

  /** Takes `count` tokens; false, and none taken, when there are fewer. */
  take(nowMs: number, rate: BucketRate, count = 1): boolean {
    this.#refill(nowMs, rate);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Takes `count` tokens even if there are fewer; returns in how many ms the debt is paid, 0 where there is none. */
  owe(nowMs: number, rate: BucketRate, count: number): number {
    this.#refill(nowMs, rate);
    this.#tokens -= count;
    return (Math.max(0, -this.#tokens) / rate.perSecond) * 1000;
  }

  /** Gives `count` tokens back, up to a full bucket. */
  give({ burst }: BucketRate, count: number): void {
    this.#tokens = Math.min(burst, this.#tokens + count);
  }

  #refill(nowMs: number, { perSecond, burst }: BucketRate): void {
    const refill = (Math.max(0, nowMs - this.#filledMs) / 1000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + refill);
    this.#filledMs = nowMs;
  }
}
