import { lossChances } from '../plan/line-spec.ts';
import type { SeededRandom } from './seeded-random.ts';

/** Which packets of one direction are lost; with bursts it remembers the last one. */
export class LossProcess {
  readonly #share: number;
  readonly #burst: number;
  readonly #random: SeededRandom;
  #isLosing = false;

  /**
   * @param share of all packets in the long run, 0 to 1
   * @param burst lost in a row on average; 1: each packet is decided by itself
   */
  constructor(share: number, burst: number, random: SeededRandom) {
    this.#share = share;
    this.#burst = burst;
    this.#random = random;
  }

  takesNext(): boolean {
    if (this.#share === 0) return false;
    if (this.#burst === 1) return this.#random() < this.#share;
    const { begin, end } = lossChances(this.#share, this.#burst);
    this.#isLosing = this.#isLosing ? this.#share === 1 || this.#random() >= end : this.#random() < begin;
    return this.#isLosing;
  }
}
