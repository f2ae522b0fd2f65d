/**
 * The accuracy matrix with few runs per cell, so that every change is held against every case. `npm run accuracy` makes
 * the same runs a hundredfold and writes docs/accuracy.md.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { type CellGroup, cellGroups } from '../../bench/accuracy/cell.ts';
import { cells } from '../../bench/accuracy/cells.ts';
import { type CellResult, losses, rttsMs, runCell } from '../../bench/accuracy/run-cell.ts';
import { boundMs, boundOf, overBound, timesOf } from '../../bench/accuracy/targets.ts';

/** Fewer where a case differs from others in its server only. */
const runsOf: Record<CellGroup, number> = { nine: 4, corner: 2, ports: 2, chain: 2, server: 1, path: 2 };

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

/** Long on a busy machine; how long is no matter here. */
const patienceMs = 900_000;

describe.each(Object.keys(cellGroups) as CellGroup[])('accuracy: %s', (group) => {
  let results: readonly CellResult[] = [];
  beforeAll(() => {
    results = runGroup(group);
  }, patienceMs);

  it('nothing false is claimed, and nothing is left open for a reason that is not the true one', () => {
    expect(results.length).toBeGreaterThanOrEqual(losses.length * rttsMs.length * 8);
    expect(named(results, /, (wrong|vague):/)).toEqual([]);
  });

  it('what can be known is known', () => {
    const knowable = new Set(cells.filter(({ open }) => open === undefined).map(({ id }) => id));
    const wanted = results.filter(({ cell }) => knowable.has(cell));
    const missed = named(wanted, /, open:/);
    const all = wanted.reduce((sum, { verdictMs }) => sum + verdictMs.length, 0);
    expect(missed.length / Math.max(1, all), missed.join('\n')).toBeLessThanOrEqual(0.005);
  });

  it('the verdict comes in time, on the virtual clock', () => {
    if (group === 'nine') expect(timesOf(results).filter(({ met }) => !met)).toEqual([]);
    // A cell has too few runs for a percentile of its own: all runs of the group have one together.
    const late = results.flatMap(({ cell: id, rttMs, verdictMs }) => {
      const cell = cells.find((one) => one.id === id);
      const limitMs = cell === undefined ? 0 : boundOf(cell, rttMs);
      return verdictMs.filter((ms) => ms > limitMs).map((ms) => `${id}, ${rttMs} ms: ${ms}`);
    });
    const runs = results.reduce((sum, { verdictMs }) => sum + verdictMs.length, 0);
    expect(late.length / runs, late.join('\n')).toBeLessThanOrEqual(0.05);
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
