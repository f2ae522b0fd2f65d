/** Pairs of people drawn from a population, as many of each kind as their shares ask for. Pure. */
import type { Population } from '../../contract/population.ts';
import { linkOutcomes } from '../../contract/simulation-report.ts';
import { seededRandom } from '../../scenarios/sim/seeded-random.ts';
import { tableOf } from '../../simulate/evaluate.ts';
import { weightsOf } from '../../simulate/kinds.ts';
import { callChances, type LinkChances } from '../../simulate/links.ts';
import { PairCells } from '../../simulate/pair-cells.ts';

/** Two kinds of endpoints, by their indices in `kindsOf`, and what the simulator says of their calls. */
export interface PairType {
  readonly a: number;
  readonly b: number;
  /** Of all pairs. */
  readonly share: number;
  readonly chances: LinkChances;
}

export function pairTypes(population: Population, cells: PairCells = new PairCells()): PairType[] {
  const table = tableOf(population, cells);
  const weights = weightsOf(population);
  return weights.flatMap((own, a) =>
    weights.slice(0, a + 1).flatMap((other, b): PairType[] => {
      const share = own * other * (a === b ? 1 : 2);
      return share === 0 ? [] : [{ a, b, share, chances: callChances(table, a, b) }];
    }),
  );
}

/**
 * A systematic sample: pair types in a row, likely outcome beside likely outcome, and a pair at every n-th part of the
 * row from a random start. So each outcome is drawn as often as its share asks for, to one pair at each border between
 * outcomes, and what is left between simulation and measurement is not the luck of the draw.
 */
export function drawPairs(types: readonly PairType[], count: number, seed: number): PairType[] {
  const row = types.toSorted(
    (one, other) => likely(one) - likely(other) || one.a - other.a || one.b - other.b,
  );
  const start = seededRandom(seed)();
  const drawn: PairType[] = [];
  let upTo = 0;
  for (const type of row) {
    upTo += type.share;
    while (drawn.length < count && (drawn.length + start) / count < upTo) drawn.push(type);
  }
  return drawn;
}

/** Index into the outcomes of a link. */
function likely({ chances }: PairType): number {
  return linkOutcomes.reduce(
    (best, _, index) => ((chances[index] ?? 0) > (chances[best] ?? 0) ? index : best),
    0,
  );
}
