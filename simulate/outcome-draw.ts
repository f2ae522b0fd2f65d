import type { SeededRandom } from '../scenarios/sim/seeded-random.ts';
import { type LinkChances, outcomeIndex } from './links.ts';

const leftToChance = 255;

/** Draws how links come about; where nothing is left to chance, as with nearly all, no random number is used. */
export class OutcomeDraw {
  readonly #certain: Uint8Array;
  readonly #rows: readonly LinkChances[];

  constructor(rows: readonly LinkChances[]) {
    this.#rows = rows;
    this.#certain = Uint8Array.from(rows, (chances) => {
      const sure = chances.indexOf(1);
      return sure === -1 ? leftToChance : sure;
    });
  }

  /** Index into the outcomes of a link. */
  draw(row: number, random: SeededRandom): number {
    const certain = this.#certain[row] ?? outcomeIndex.none;
    if (certain !== leftToChance) return certain;
    let left = random();
    for (const [outcome, chance] of (this.#rows[row] ?? []).entries()) {
      left -= chance;
      if (left < 0) return outcome;
    }
    return outcomeIndex.none;
  }
}
