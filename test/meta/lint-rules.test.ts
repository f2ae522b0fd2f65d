import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allRules } from '../../turn/lint/rule-table.ts';
import { renderLintPage } from './lint-page.ts';
import { root } from './source-tree.ts';

describe('the rules of turn lint', () => {
  it('docs/lint-rules.md says the same (this test with --update writes it)', async () => {
    const page = join(root, 'docs/lint-rules.md');
    expect(existsSync(page), 'docs/lint-rules.md is missing').toBe(true);
    await expect(renderLintPage()).toMatchFileSnapshot(page);
  });

  it('every rule has a kebab-case name of its own, sentences and a fix', () => {
    expect(new Set(allRules.map(({ name }) => name)).size).toBe(allRules.length);
    for (const { name, title, why, fix } of allRules) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title, name).toMatch(/^.{6,}[^.]$/);
      expect(why, name).toMatch(/^.{30,}\.$/);
      expect(fix, name).toMatch(/^.{3,}/);
    }
  });
});
