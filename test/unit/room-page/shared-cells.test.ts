import { describe, expect, it } from 'vitest';
import { cellsText, readCells, type SharedCell } from '../../../dashboard/room/shared-cells.ts';

const cell: SharedCell = { from: 'bob', to: 'alice', rung: 'S6', way: 'srflx ↔ host' };

describe('what members tell of their connections', () => {
  it('comes as it was said', () => {
    const cells = [cell, { ...cell, from: 'carol', rung: 'S1', way: '' } as const];
    expect(readCells(cellsText(cells), 'alice')).toEqual(cells);
  });

  it('is believed only of what comes to the one who says it', () => {
    expect(readCells(cellsText([cell, { ...cell, to: 'bob' }]), 'alice')).toEqual([cell]);
    expect(readCells(cellsText([cell]), 'mallory')).toEqual([]);
  });

  it.each([
    ['another message', 'ping 1'],
    ['no JSON', 'cells {'],
    ['no list', 'cells {}'],
    ['too long', `cells [${' '.repeat(9_000)}]`],
  ])('%s is none', (_what, text) => {
    expect(readCells(text, 'alice')).toBeNull();
  });

  it.each([{ rung: 'S9' }, { rung: 'constructor' }, { way: '<b>' }, { from: 7 }])('leaves out %j', (over) => {
    expect(readCells(`cells ${JSON.stringify([{ ...cell, ...over }, null])}`, 'alice')).toEqual([]);
  });
});
