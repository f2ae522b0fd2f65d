import { describe, expect, it } from 'vitest';
import { storedColumns, textsOfPeople } from './privacy-fields.ts';
import { plainColumns, plainTexts } from './privacy-plain.ts';
import { readText } from './source-tree.ts';

const page = readText('docs/privacy.md');

/** What stands in backticks in the rows of the table under a heading. */
function namedUnder(heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  return rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

describe('docs/privacy.md', () => {
  it('tells of every text of a report what it can tell of somebody, unless it is plain', () => {
    const texts = textsOfPeople();
    const named = namedUnder('What is kept of a report').filter((name) => /^\w+\.\w+$/.test(name));
    const told = named.filter((name) => name !== 'privacy.addresses');
    expect(told.length).toBeGreaterThan(20);
    expect([...told, ...plainTexts].sort()).toEqual([...texts].sort());
  });

  it('names every table, and every column of text, unless it is plain', async () => {
    const { tables, columns } = await storedColumns();
    const named = namedUnder('What is kept where');
    expect(tables.filter((table) => !named.includes(table))).toEqual([]);
    const told = named.filter((name) => tables.includes(name.split('.')[0] ?? '') && name.includes('.'));
    expect([...told, ...plainColumns].sort()).toEqual([...columns].sort());
  });

  it('would see a new field and a new column', async () => {
    expect(textsOfPeople()).toContain('xorMapped.address');
    expect((await storedColumns()).columns).toContain('runs.report');
  });
});
