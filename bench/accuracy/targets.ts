/** What the classifier has to reach, as functions of the results: the report shows them, the test suite holds them. */
import { type Cell, cellGroups } from './cell.ts';
import { type CellResult, percentile, totalOf } from './run-cell.ts';

export interface Target {
  readonly name: string;
  readonly value: string;
  readonly met: boolean;
}

export const exactShare = 0.995;
export const wrongShare = 0.001;

/** Time to the verdict at a round trip, where something answers; without any answer the wait is a fixed one. */
export const boundMs = (rttMs: number) => 4 * rttMs + 500;
export const silentBoundMs = 1500;

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

export function targetsOf(cells: readonly Cell[], results: readonly CellResult[]): Target[] {
  const groupOf = new Map(cells.map((cell) => [cell.id, cell.group]));
  const nine = results.filter(({ cell }) => groupOf.get(cell) === 'nine');
  return [
    worstOfNine(nine),
    mostWrong(results),
    noVagueReason(results),
    ...timesOf(nine),
    bound(cells, results),
  ];
}

/** Exactness has to hold at every loss and every round trip, so the worst pair of them counts. */
function worstOfNine(nine: readonly CellResult[]): Target {
  const shares = [...byConditions(nine).values()].map((some) => {
    const { exact, open, vague, wrong } = totalOf(some);
    return share(exact, exact + open + vague + wrong);
  });
  const worst = Math.min(...shares);
  return {
    name: `${cellGroups.nine}: exact at every loss and round trip ≥ ${percent(exactShare)}`,
    value: `${percent(worst)} at worst`,
    met: worst >= exactShare,
  };
}

function mostWrong(results: readonly CellResult[]): Target {
  const { exact, open, vague, wrong } = totalOf(results);
  const runs = exact + open + vague + wrong;
  const rates = byCell(results).map((some) => {
    const total = totalOf(some);
    return share(total.wrong, total.exact + total.open + total.vague + total.wrong);
  });
  const worst = Math.max(...rates);
  return {
    name: `a false claim in ≤ ${percent(wrongShare)} of the runs, in every case`,
    value: `${wrong} of ${runs} in all; ${percent(worst)} in the worst case`,
    met: worst <= wrongShare,
  };
}

function noVagueReason(results: readonly CellResult[]): Target {
  const { vague } = totalOf(results);
  return { name: 'every "inconclusive" names its true reason', value: `${vague} do not`, met: vague === 0 };
}

/** Of the nine classes. */
export function timesOf(nine: readonly CellResult[]): Target[] {
  const times = nine.filter(({ loss, rttMs }) => loss === 0.1 && rttMs === 40).flatMap((r) => r.verdictMs);
  const target = (name: string, part: number, limitMs: number): Target => {
    const value = percentile(times, part);
    return {
      name: `${name} ≤ ${limitMs} ms at 40 ms and 10 % loss`,
      value: `${value.toFixed(0)} ms`,
      met: value <= limitMs,
    };
  };
  return [target('nine classes, median', 0.5, 500), target('nine classes, 95th percentile', 0.95, 1000)];
}

/** Results whose 95th percentile is over the general bound. */
export function overBound(cells: readonly Cell[], results: readonly CellResult[]): CellResult[] {
  const silent = new Set(cells.filter(isSilent).map(({ id }) => id));
  return results.filter(({ cell, rttMs, verdictMs }) => {
    const limitMs = silent.has(cell) ? Math.max(silentBoundMs, boundMs(rttMs)) : boundMs(rttMs);
    return percentile(verdictMs, 0.95) > limitMs;
  });
}

/** No answer of any server comes in over UDP. */
export function isSilent({ truth }: Cell): boolean {
  return truth.udp === 'blocked' || truth.mutedFromRttMs === 0;
}

function bound(cells: readonly Cell[], results: readonly CellResult[]): Target {
  const over = overBound(cells, results);
  return {
    name: `95th percentile ≤ 4 RTT + 0.5 s in every cell (without any answer: ${silentBoundMs / 1000} s)`,
    value: `${results.length - over.length} of ${results.length} cells`,
    met: over.length === 0,
  };
}

function grouped(
  results: readonly CellResult[],
  keyOf: (result: CellResult) => string,
): Map<string, CellResult[]> {
  const groups = new Map<string, CellResult[]>();
  for (const result of results) {
    const key = keyOf(result);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return groups;
}

export const byConditions = (results: readonly CellResult[]) =>
  grouped(results, ({ loss, rttMs }) => `${loss} ${rttMs}`);

const byCell = (results: readonly CellResult[]) => [...grouped(results, ({ cell }) => cell).values()];
