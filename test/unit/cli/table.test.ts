import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../cli/table.ts';

const table = {
  head: ['name', 'what it is', 'count'],
  rows: [
    ['first', 'a sentence of seven words in all', '12'],
    ['second', '', '3'],
  ],
  right: [2],
};

describe('a table in a terminal', () => {
  it('is as wide as its cells where there is room', () => {
    const wide = [
      '  name    what it is                        count',
      '  first   a sentence of seven words in all     12',
    ];
    expect(renderTable(table).split('\n').slice(0, 2)).toEqual(wide);
    expect(
      renderTable({ ...table, width: 50 })
        .split('\n')
        .slice(0, 2),
    ).toEqual(wide);
  });

  it('wraps its widest column of text where there is less', () => {
    expect(renderTable({ ...table, width: 40 }).split('\n')).toEqual([
      '  name    what it is               count',
      '  first   a sentence of seven         12',
      '          words in all',
      '  second                               3',
    ]);
  });

  it('is a paragraph for each row where that column would be too narrow', () => {
    expect(renderTable({ ...table, width: 30 }).split('\n')).toEqual([
      '  first',
      '      what it is a sentence of',
      '      seven words in all ·',
      '      count 12',
      '  second',
      '      count 3',
    ]);
  });

  it('tells by so many cells as it is told which row it is', () => {
    const [line] = renderTable({ ...table, width: 30, names: 2 }).split('\n');
    expect(line).toBe('  first · a sentence of seven');
  });

  it('measures what is seen: colours take no room, Hangul takes twice as much', () => {
    const coloured = { rows: [['\u001b[31mred\u001b[39m', '가나다라']], width: 15 };
    expect(renderTable(coloured)).toBe('  \u001b[31mred\u001b[39m  가나다라');
    expect(renderTable({ ...coloured, width: 14 })).toBe('  \u001b[31mred\u001b[39m\n      가나다라');
  });
});
