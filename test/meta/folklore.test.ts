import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderFolklorePage } from './folklore-page.ts';
import { root } from './source-tree.ts';

it('docs/folklore-80-20.md says what the simulator says (npm run docs:folklore writes it)', async () => {
  await expect(renderFolklorePage()).toMatchFileSnapshot(join(root, 'docs/folklore-80-20.md'));
});
