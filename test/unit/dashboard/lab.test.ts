import { describe, expect, it } from 'vitest';
import { checkedAddresses, failingStep, momentsOf } from '../../../dashboard/src/lab/attempt-evidence.ts';
import { cellVerdict } from '../../../dashboard/src/lab/cell-verdict.ts';
import { labGrids } from '../../../dashboard/src/lab/lab-grid.ts';
import { labPathBars } from '../../../dashboard/src/lab/path-bars.ts';
import { firstPlace, nextPlace } from '../../../dashboard/src/panels/grid-keys.ts';
import { connected, failed, sampleLab, spoiled } from '../sample-lab.ts';

const { cells } = sampleLab({
  'home home direct': [failed],
  'home mobile direct': [connected, failed],
  'home office direct': [spoiled, spoiled],
}).body;

describe('the matrix of a lab run', () => {
  it('is one grid for each path', () => {
    const grids = labGrids(cells);
    expect(grids.map(({ path }) => path)).toEqual(['mesh-udp', 'relay-tls']);
    const [direct] = grids;
    expect(direct?.rows).toEqual(['home', 'mobile', 'office']);
    expect(direct?.columns).toEqual(['home′', 'mobile′', 'office′']);
    expect(direct?.at({ row: 1, column: 2 })).toMatchObject({ from: 'mobile', to: 'office′', path: 'mesh' });
  });

  it('arrow keys lead from cell to cell, over pairs that were not tried, and never out', () => {
    const [grid] = labGrids(cells.filter(({ to, from }) => !(from === 'home' && to !== 'office′')));
    if (grid === undefined) throw new Error('a grid');
    expect(grid.columns).toEqual(['office′', 'home′', 'mobile′']);
    expect(firstPlace(grid)).toEqual({ row: 0, column: 0 });
    expect(nextPlace(grid, { row: 0, column: 0 }, 'ArrowRight')).toBeNull();
    expect(nextPlace(grid, { row: 0, column: 0 }, 'ArrowDown')).toEqual({ row: 1, column: 0 });
    expect(nextPlace(grid, { row: 1, column: 1 }, 'ArrowUp')).toBeNull();
    expect(nextPlace(grid, { row: 2, column: 1 }, 'End')).toEqual({ row: 2, column: 2 });
    expect(nextPlace(grid, { row: 0, column: 0 }, 'End')).toEqual({ row: 0, column: 0 });
    expect(nextPlace(grid, { row: 2, column: 2 }, 'Home')).toEqual({ row: 2, column: 0 });
    expect(nextPlace(grid, { row: 0, column: 0 }, 'a')).toBeNull();
  });

  it('says in a word what came of a cell, and that it was not expected', () => {
    expect(cells.slice(0, 4).map(cellVerdict)).toEqual([
      { tone: 'bad', word: 'fails', wrong: 'not expected' },
      { tone: 'bad', word: '1 of 2', wrong: 'not expected' },
      { tone: 'limited', word: 'undecided', wrong: undefined },
      { tone: 'good', word: 'connects', wrong: undefined },
    ]);
    const foretold = cells.slice(0, 1).map((cell) => cellVerdict({ ...cell, asExpected: true }));
    expect(foretold).toEqual([{ tone: 'unknown', word: 'fails', wrong: undefined }]);
  });

  it('success by path counts attempts, without those that the harness spoiled', () => {
    const bars = labPathBars(cells, (path) => `/x?path=${path}`);
    expect(bars).toMatchObject([
      { label: 'Direct', rate: { succeeded: 7, attempts: 9 }, harnessFaults: 2, href: '/x?path=mesh-udp' },
      { label: 'Relay over TLS', rate: { succeeded: 9, attempts: 9, high: 1 }, harnessFaults: 0 },
    ]);
    expect(bars[1]?.rate.low).toBeCloseTo(0.7, 1);
  });
});

describe('the evidence of an attempt', () => {
  it('tells of each address that was asked whether the other end had told it', () => {
    expect(checkedAddresses(connected)).toEqual([
      { by: 0, to: '192.168.2.2:41000', type: 'host', checks: 4, selected: false },
      { by: 0, to: '11.78.17.2:41000', type: 'prflx', checks: 1, selected: true },
      { by: 1, to: '11.78.16.2:40000', type: 'srflx', checks: 2, selected: true },
    ]);
    const { candidates: _candidates, ...older } = connected;
    expect(checkedAddresses(older).map(({ type }) => type)).toEqual([null, null, null]);
  });

  it('has candidates and milestones in the order of time', () => {
    expect(momentsOf(connected).map((moment) => ('reached' in moment ? moment.reached : moment.by))).toEqual([
      0,
      'S1',
      1,
      0,
      'S2',
      'S3',
      'S4',
    ]);
    expect(momentsOf(failed).at(-1)).toMatchObject({ by: 0, atMs: 5 });
  });

  it('names the first step that failed', () => {
    expect(failingStep(failed)).toBe('S2');
    expect(failingStep({ ...failed, rung: 'S0' })).toBe('S1');
    expect(failingStep(connected)).toBeNull();
  });
});
