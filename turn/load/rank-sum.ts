/**
 * How likely two samples as different as these are, if nothing has changed: the rank sum test of F. Wilcoxon (1945), exact,
 * with middle ranks where values are the same. Two-sided.
 */
export function rankSumP(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b].sort((x, y) => x - y);
  // Twice the rank, so that middle ranks are whole numbers too.
  const rankOf = (value: number) => all.indexOf(value) + all.lastIndexOf(value) + 2;
  const ranks = all.map(rankOf);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  // ways[k][s]: how many choices of k values have the sum s.
  const ways = Array.from({ length: a.length + 1 }, () => new Float64Array(total + 1));
  const [none] = ways;
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks) {
    for (let k = a.length; k > 0; k -= 1) {
      const [more, fewer] = [ways[k], ways[k - 1]];
      if (more === undefined || fewer === undefined) continue;
      for (let sum = total; sum >= rank; sum -= 1) more[sum] = (more[sum] ?? 0) + (fewer[sum - rank] ?? 0);
    }
  }
  const mean = a.length * (all.length + 1);
  const observed = Math.abs(a.reduce((sum, value) => sum + rankOf(value), 0) - mean);
  let [extreme, choices] = [0, 0];
  for (const [sum, count] of (ways[a.length] ?? []).entries()) {
    choices += count;
    if (Math.abs(sum - mean) >= observed) extreme += count;
  }
  return extreme / choices;
}
