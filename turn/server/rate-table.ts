import ipaddr from 'ipaddr.js';

export interface RateLimits {
  /** Answers per second and source, sustained. */
  readonly perSecond: number;
  /** Answers that a source may take at once before `perSecond` counts. */
  readonly burst: number;
  /** Sources remembered at the same time; the one that was quiet longest is forgotten first. */
  readonly sources: number;
}

/**
 * One NAT probe is at most some 130 requests within a second, over all its sockets. A burst of 2000 is fifteen
 * people behind one public address who start in the same second; 400 per second is three new probes every
 * second for as long as they like. The table takes about 2 MB when it is full.
 */
export const defaultRateLimits: RateLimits = { perSecond: 400, burst: 2000, sources: 16_384 };

interface Bucket {
  tokens: number;
  filledMs: number;
}

/**
 * Token buckets, one per source network: an IPv4 address or an IPv6 /64, because one host owns a whole /64.
 * Forgetting the quietest source when the table is full means that a flood of forged sources can reset a
 * bucket only by spending at least `sources` packets elsewhere, so it cannot be aimed at one victim.
 */
export class RateTable {
  readonly #limits: RateLimits;
  /** In order of last use, oldest first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Takes one token from the bucket of `address`; false when it is empty. */
  take(nowMs: number, address: string): boolean {
    const key = sourceNetwork(address);
    const known = this.#buckets.get(key);
    const bucket = known ?? { tokens: this.#limits.burst, filledMs: nowMs };
    if (known !== undefined) this.#buckets.delete(key);
    else this.#makeRoom();
    this.#buckets.set(key, bucket);

    const refill = (Math.max(0, nowMs - bucket.filledMs) / 1000) * this.#limits.perSecond;
    bucket.tokens = Math.min(this.#limits.burst, bucket.tokens + refill);
    bucket.filledMs = nowMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #makeRoom(): void {
    if (this.#buckets.size < this.#limits.sources) return;
    const oldest = this.#buckets.keys().next();
    if (oldest.done !== true) this.#buckets.delete(oldest.value);
  }
}

/** The unit that is counted: the IPv4 address itself, the first 64 bits of an IPv6 address. */
export function sourceNetwork(address: string): string {
  if (!address.includes(':') || !ipaddr.IPv6.isValid(address)) return address;
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`;
}
