import { linkOutcomes } from '../contract/simulation-report.ts';
import { callChances, type LinkChances, type LinkTable } from './links.ts';

/** With each kind: how a call with somebody drawn from the population comes about. Computed, not drawn. */
export function callsOfKinds(table: LinkTable, weights: readonly number[]): LinkChances[] {
  return weights.map((_, a) =>
    average(
      weights.map((_unused, b) => callChances(table, a, b)),
      weights,
    ),
  );
}

/** The same for two people drawn independently: Σᵢ Σⱼ wᵢ wⱼ pᵢⱼ. */
export function callShares(table: LinkTable, weights: readonly number[]): LinkChances {
  return average(callsOfKinds(table, weights), weights);
}

export function average(rows: readonly LinkChances[], weights: readonly number[]): LinkChances {
  const sums = linkOutcomes.map(() => 0);
  for (const [row, chances] of rows.entries()) {
    const weight = weights[row] ?? 0;
    for (const [outcome, chance] of chances.entries()) sums[outcome] = (sums[outcome] ?? 0) + weight * chance;
  }
  return sums;
}
