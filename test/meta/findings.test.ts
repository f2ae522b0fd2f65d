import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderFindingsPage } from './findings-page.ts';
import { root } from './source-tree.ts';

it('docs/findings.md says what the words say (npm run docs:findings writes it)', async () => {
  const page = join(root, 'docs/findings.md');
  expect(existsSync(page), 'docs/findings.md is missing').toBe(true);
  await expect(renderFindingsPage()).toMatchFileSnapshot(page);
});
