import type { SeededRandom } from '../scenarios/sim/seeded-random.ts';

/**
 * Draws an index with the probability of its weight: inversion with a guide table (Chen and Asau, 1974), about one step
 * per draw. Inversion is monotone: when weights change a little, the same random numbers give nearly the same draws, so
 * that two populations can be compared over the same rooms. (Alias tables are as fast and lack that.)
 */
export class GuideTable {
  readonly #upTo: Float64Array;
  readonly #guide: Uint16Array;

  /** @param weights at least one above 0, none below; at most 65 536 */
  constructor(weights: readonly number[]) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) throw new Error('nothing to draw from');
    let sum = 0;
    this.#upTo = Float64Array.from(weights, (weight) => {
      sum += weight;
      return sum / total;
    });
    // Rounding must not leave a gap at the top, nor give it to an index of weight 0.
    this.#upTo.fill(
      1,
      weights.findLastIndex((weight) => weight > 0),
    );
    this.#guide = Uint16Array.from(weights, (_, part) => this.#from(0, part / weights.length));
  }

  draw(random: SeededRandom): number {
    const at = random();
    return this.#from(this.#guide[Math.floor(at * this.#guide.length)] ?? 0, at);
  }

  #from(start: number, at: number): number {
    let index = start;
    while ((this.#upTo[index] ?? 1) <= at) index += 1;
    return index;
  }
}
