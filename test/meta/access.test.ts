import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withRoutes } from './access-page.ts';
import { readText, root } from './source-tree.ts';

it('docs/access.md says of each route who may use it (npm run docs:access writes it)', async () => {
  const page = readText('docs/access.md');
  expect(withRoutes(page)).toContain('| `GET /api/audit` | listAudit |');
  await expect(withRoutes(page)).toMatchFileSnapshot(join(root, 'docs/access.md'));
});
