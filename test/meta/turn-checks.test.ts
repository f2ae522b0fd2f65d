import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../turn/check/catalog.ts';
import { notListed } from '../../turn/check/not-listed.ts';
import { root } from './source-tree.ts';
import { renderTurnCheckPage } from './turn-check-page.ts';

describe('the checks of turn check', () => {
  it('docs/turn-checks.md says the same (this test with --update writes it)', async () => {
    const page = join(root, 'docs/turn-checks.md');
    expect(existsSync(page), 'docs/turn-checks.md is missing').toBe(true);
    await expect(renderTurnCheckPage()).toMatchFileSnapshot(page);
  });

  it('every id of the checklist stands once, as a check or with the reason why not', () => {
    const last = { S: 25, A: 26, L: 27, P: 20, X: 23, T: 13, C: 7, M: 5, N: 3, V: 2, F: 10, Z: 6 };
    const checklist = Object.entries(last).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, i) => `${letter}${String(i + 1).padStart(2, '0')}`),
    );
    expect([...catalog, ...notListed].map(({ id }) => id).sort()).toEqual(checklist.sort());
    expect(catalog.length).toBeGreaterThanOrEqual(140);
  });

  it('every check says in sentences what it does', () => {
    for (const { id, title, sent, expected } of catalog) {
      expect(id).toMatch(/^[A-Z]\d\d$/);
      expect(title, id).toMatch(/^.{6,}[^.]$/);
      expect(sent, id).toMatch(/^.{5,}[^.]$/);
      expect(expected, id).toMatch(/^.{2,}[^.]$/);
    }
  });
});
