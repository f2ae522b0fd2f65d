/**
 * The accuracy matrix with few runs per cell, so that every change is held against every case. `npm run accuracy` makes
 * the same runs a hundredfold and writes docs/accuracy.md.
 */
import { describe, expect, it } from 'vitest';
import { type CellGroup, cellGroups } from '../../bench/accuracy/cell.ts';
import { cells } from '../../bench/accuracy/cells.ts';
import { type CellResult, losses, percentile, rttsMs, runCell } from '../../bench/accuracy/run-cell.ts';
import { boundMs, overBound, timesOf } from '../../bench/accuracy/targets.ts';

/** Fewer where a case differs from others in its server only. */
const runsOf: Record<CellGroup, number> = { nine: 8, corner: 4, ports: 4, chain: 3, server: 1, path: 3 };

function runGroup(group: CellGroup): CellResult[] {
  const seeds = Array.from({ length: runsOf[group] }, (_, index) => 1001 + index);
  const wanted = cells.filter((cell) => cell.group === group);
  return wanted.flatMap((cell) =>
    losses.flatMap((loss) => rttsMs.map((rttMs) => runCell(cell, { loss, rttMs }, seeds))),
  );
}

const named = (results: readonly CellResult[], grade: RegExp) =>
  results.flatMap(({ cell, loss, rttMs, remarks }) =>
    remarks
      .filter((remark) => grade.test(remark))
      .map((remark) => `${cell}, loss ${loss}, ${rttMs} ms, ${remark}`),
  );

describe.each(Object.keys(cellGroups) as CellGroup[])('accuracy: %s', (group) => {
  const results = runGroup(group);
  const runs = results.reduce((sum, { verdictMs }) => sum + verdictMs.length, 0);

  it('nothing false is claimed, and nothing is left open for a reason that is not the true one', () => {
    expect(runs).toBeGreaterThan(100);
    expect(named(results, /, (wrong|vague):/)).toEqual([]);
  });

  it.runIf(group === 'nine')('the verdict comes in time', () => {
    expect(timesOf(results).filter(({ met }) => !met)).toEqual([]);
    const limits = rttsMs.map((rttMs) => ({ rttMs, limitMs: boundMs(rttMs) }));
    for (const { rttMs, limitMs } of limits) {
      const times = results.filter((result) => result.rttMs === rttMs).flatMap((r) => r.verdictMs);
      expect(percentile(times, 0.95), `${rttMs} ms round trip`).toBeLessThanOrEqual(limitMs);
    }
  });

  it('what can be known is known', () => {
    const knowable = new Set(cells.filter(({ open }) => open === undefined).map(({ id }) => id));
    const wanted = results.filter(({ cell }) => knowable.has(cell));
    const missed = named(wanted, /, open:/);
    const all = wanted.reduce((sum, { verdictMs }) => sum + verdictMs.length, 0);
    expect(missed.length / Math.max(1, all), missed.join('\n')).toBeLessThanOrEqual(0.005);
  });
});

it('every cell has a name of its own', () => {
  expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
});

it('the time bound that the report goes by grows with the round trip', () => {
  expect(rttsMs.map(boundMs)).toEqual([520, 660, 1700, 5300]);
  const slow: CellResult = {
    cell: 'ei-ei',
    loss: 0,
    rttMs: 40,
    counts: { exact: 1, open: 0, vague: 0, wrong: 0 },
    verdictMs: [661],
    remarks: [],
  };
  expect(overBound(cells, [slow, { ...slow, verdictMs: [660] }])).toEqual([slow]);
});
