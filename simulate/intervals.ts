/**
 * How far the answer may be off because its inputs are: all of them are drawn from their ranges again and again. Every
 * draw sees the same random rooms as the answer it is compared with, so that what is left is the inputs’ doing alone.
 */
import type { Population } from '../contract/population.ts';
import type { Estimated } from '../contract/simulation-report.ts';
import { seededRandom } from '../scenarios/sim/seeded-random.ts';
import { evaluate } from './evaluate.ts';
import { type Figure, type FigureName, figuresOf } from './figures.ts';
import { drawInputs, type UncertainInput } from './inputs.ts';
import type { LinkTable } from './links.ts';

const inputDraws = 200;
const roomsPerDraw = 2_000;

type Shift = readonly [number, number];

export function inputShifts(
  population: Population,
  table: LinkTable,
  inputs: readonly UncertainInput[],
  seed: number,
): Map<FigureName, Shift> {
  const draws = { rooms: roomsPerDraw, seed };
  const base = figuresOf(evaluate(population, table, draws));
  // Not the sequence of the rooms.
  const random = seededRandom(seed ^ 0x9e3779b9);
  const drawn = Array.from({ length: inputs.length === 0 ? 1 : inputDraws }, () =>
    figuresOf(evaluate(drawInputs(population, inputs, random), table, draws)),
  );
  return new Map(
    [...base].map(([name, { value }]) => {
      const shifts = drawn
        .map((figures) => (figures.get(name)?.value ?? value) - value)
        .sort((a, b) => a - b);
      return [name, [quantile(shifts, 0.025), quantile(shifts, 0.975)] as const];
    }),
  );
}

export function withInterval({ value, drawing, highest }: Figure, shift: Shift | undefined): Estimated {
  const bounded = (bound: number) => Math.min(highest, Math.max(0, bound));
  const [low, high] = shift ?? [0, 0];
  return {
    value,
    inputs: [bounded(value + low), bounded(value + high)],
    drawing: drawing === null ? null : [drawing[0], drawing[1]],
  };
}

/** @param sorted ascending */
function quantile(sorted: readonly number[], at: number): number {
  return sorted[Math.round(at * (sorted.length - 1))] ?? 0;
}
