import { readUint32 } from '../../stun/bytes.ts';
import type { RandomBytes } from '../../stun/machine.ts';

export interface PortRange {
  /** 1–65535. */
  readonly first: number;
  /** Not below `first`; belongs to the range. */
  readonly last: number;
}

/** RFC 8656 s7.2 EVEN-PORT: `pair` wants an even port whose upper neighbour is free as well. */
export type PortWish = 'any' | 'even' | 'pair';

/** The relay ports of one address. Chosen at random, so that nobody can guess the next one (RFC 6056). */
export class PortPool {
  readonly #range: PortRange;
  readonly #random: RandomBytes;
  readonly #taken = new Set<number>();

  constructor(range: PortRange, random: RandomBytes) {
    this.#range = range;
    this.#random = random;
  }

  /** Null: no such port is free. With `pair` the port above is taken as well. */
  take(wish: PortWish): number | null {
    const { first, last } = this.#range;
    const count = last - first + 1;
    if (this.#taken.size >= count) return null;
    const start = readUint32(this.#random(4), 0) % count;
    for (let step = 0; step < count; step += 1) {
      const port = first + ((start + step) % count);
      if (!this.#suits(port, wish)) continue;
      this.#taken.add(port);
      if (wish === 'pair') this.#taken.add(port + 1);
      return port;
    }
    return null;
  }

  release(port: number): void {
    this.#taken.delete(port);
  }

  get taken(): number {
    return this.#taken.size;
  }

  #suits(port: number, wish: PortWish): boolean {
    if (this.#taken.has(port)) return false;
    if (wish === 'any') return true;
    if (port % 2 !== 0) return false;
    return wish === 'even' || (port < this.#range.last && !this.#taken.has(port + 1));
  }
}
