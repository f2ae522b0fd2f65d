/** What was measured beside what the simulator says: of the whole population, and of the very pairs that were drawn. */
import type { Population } from '../../contract/population.ts';
import { type LinkOutcome, linkOutcomes } from '../../contract/simulation-report.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import { kindsOf } from '../../simulate/kinds.ts';
import { outcomeIndex } from '../../simulate/links.ts';
import type { PairType } from './draw-pairs.ts';
import type { Resolved } from './resolve-pairs.ts';

export interface SampleRow {
  readonly outcome: LinkOutcome;
  /** Of all pairs of the population, and of those that were drawn: 0–1. */
  readonly simulated: number;
  readonly simulatedOfDrawn: number;
  readonly measured: number;
  readonly pairs: number;
  /** 95 %, as if the pairs had been drawn one by one. */
  readonly interval: readonly [number, number];
}

export interface TypeRow {
  readonly names: readonly [string, string];
  readonly drawn: number;
  readonly simulated: LinkOutcome;
  /** Outcomes that the simulator rules out for this pair, and how often each was measured. */
  readonly otherwise: Readonly<Partial<Record<LinkOutcome, number>>>;
}

export interface JudgedSample {
  readonly population: string;
  readonly drawn: number;
  /** Pairs of which nothing is known in the end. */
  readonly undecided: number;
  readonly faults: number;
  readonly rows: readonly SampleRow[];
  readonly types: readonly TypeRow[];
}

export function judgeSample(
  population: Population,
  types: readonly PairType[],
  drawn: readonly PairType[],
  resolved: readonly Resolved[],
): JudgedSample {
  const decided = resolved.flatMap(({ outcome }) => outcome ?? []);
  const rows = linkOutcomes.map((outcome): SampleRow => {
    const pairs = decided.filter((each) => each === outcome).length;
    const { rate, low, high } = wilsonRate(pairs, decided.length);
    return {
      outcome,
      simulated: types.reduce((sum, type) => sum + type.share * chanceOf(type, outcome), 0),
      simulatedOfDrawn: drawn.reduce((sum, type) => sum + chanceOf(type, outcome), 0) / drawn.length,
      measured: rate ?? 0,
      pairs,
      interval: [low ?? 0, high ?? 1],
    };
  });
  return {
    population: population.name,
    drawn: drawn.length,
    undecided: resolved.length - decided.length,
    faults: resolved.reduce((sum, { faults }) => sum + faults, 0),
    rows: rows.filter(({ simulated, pairs }) => simulated > 0 || pairs > 0),
    types: typeRows(population, drawn, resolved),
  };
}

function chanceOf({ chances }: PairType, outcome: LinkOutcome): number {
  return chances[outcomeIndex[outcome]] ?? 0;
}

function typeRows(
  population: Population,
  drawn: readonly PairType[],
  resolved: readonly Resolved[],
): TypeRow[] {
  const names = kindsOf(population).map(({ endpoint, v6 }) => (v6 === null ? endpoint : `${endpoint}, IPv6`));
  return [...new Set(drawn)].map((type) => {
    const own = resolved.filter((_, index) => drawn[index] === type);
    const otherwise: Partial<Record<LinkOutcome, number>> = {};
    for (const { outcome } of own) {
      if (outcome !== null && chanceOf(type, outcome) === 0)
        otherwise[outcome] = (otherwise[outcome] ?? 0) + 1;
    }
    const best = Math.max(...type.chances);
    return {
      names: [names[type.a] ?? '', names[type.b] ?? ''],
      drawn: own.length,
      simulated: linkOutcomes[type.chances.indexOf(best)] ?? 'none',
      otherwise,
    };
  });
}

export interface Target {
  readonly name: string;
  readonly value: string;
  readonly met: boolean;
}

export const leastPairs = 500;
const mostPointsOff = 1;
const mostUndecided = 0.01;

/** In points of per cent. */
export function pointsOff({ measured, simulated }: SampleRow): number {
  return 100 * (measured - simulated);
}

export function targetsOf({ population, drawn, undecided, rows }: JudgedSample): Target[] {
  const worst = Math.max(...rows.map((row) => Math.abs(pointsOff(row))));
  return [
    {
      name: `${population}: at least ${leastPairs} pairs measured`,
      value: String(drawn - undecided),
      met: drawn - undecided >= leastPairs,
    },
    {
      name: `${population}: every share within ${mostPointsOff} point of the simulation`,
      value: `${worst.toFixed(2)} points`,
      met: worst <= mostPointsOff,
    },
    {
      name: `${population}: at most ${100 * mostUndecided} % of the pairs undecided`,
      value: String(undecided),
      met: undecided <= mostUndecided * drawn,
    },
  ];
}
