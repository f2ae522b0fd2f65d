import ipaddr from 'ipaddr.js';
import { type BucketRate, TokenBucket } from './token-bucket.ts';

/** `perSecond` answers per source, sustained; `burst` at once before that counts. */
export interface RateLimits extends BucketRate {
  /** Sources remembered at the same time; the one that was quiet longest is forgotten first. */
  readonly sources: number;
}

/**
 * One NAT probe is at most some 130 requests within a second, over all its sockets. A burst of 2000 is fifteen
 * people behind one public address who start in the same second; 400 per second is three new probes every
 * second for as long as they like. The table takes about 2 MB when it is full.
 */
export const defaultRateLimits: RateLimits = { perSecond: 400, burst: 2000, sources: 16_384 };

/**
 * Token buckets, one per source network: an IPv4 address or an IPv6 /64, because one host owns a whole /64.
 * Forgetting the quietest source when the table is full means that a flood of forged sources can reset a
 * bucket only by spending at least `sources` packets elsewhere, so it cannot be aimed at one victim.
 */
export class RateTable {
  readonly #limits: RateLimits;
  /** In order of last use, oldest first. */
  readonly #buckets = new Map<string, TokenBucket>();
  /** Of the last use: it need not be moved to the end again. */
  #latest: { readonly key: string; readonly bucket: TokenBucket } | null = null;

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Takes `count` tokens from the bucket of `address`; false when it has fewer. */
  take(nowMs: number, address: string, count = 1): boolean {
    const key = sourceNetwork(address);
    if (this.#latest?.key !== key) this.#latest = { key, bucket: this.#renewed(nowMs, key) };
    return this.#latest.bucket.take(nowMs, this.#limits, count);
  }

  /** Gives tokens back to a source that is still remembered. */
  give(address: string, count: number): void {
    this.#buckets.get(sourceNetwork(address))?.give(this.#limits, count);
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** The bucket of that source, moved to the end of the order of use. */
  #renewed(nowMs: number, key: string): TokenBucket {
    const known = this.#buckets.get(key);
    const bucket = known ?? new TokenBucket(nowMs, this.#limits);
    if (known !== undefined) this.#buckets.delete(key);
    else this.#makeRoom();
    this.#buckets.set(key, bucket);
    return bucket;
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
