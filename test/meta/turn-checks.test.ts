import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalog, notListed } from '../../turn/check/catalog.ts';
import { root } from './source-tree.ts';
import { renderTurnCheckPage } from './turn-check-page.ts';

describe('the checks of turn check', () => {
  it('docs/turn-checks.md says the same (this test with --update writes it)', async () => {
    const page = join(root, 'docs/turn-checks.md');
    expect(existsSync(page), 'docs/turn-checks.md is missing').toBe(true);
    await expect(renderTurnCheckPage()).toMatchFileSnapshot(page);
  });

  it('every id stands once, as a check or with the reason why not', () => {
    const ids = [...catalog, ...notListed].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
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
