/** What a comparison leaves behind in its own process: nothing, so that another one can follow. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Reaper } from '../../cli/compare/reaper.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

it('two comparisons one after the other, in one process', async () => {
  const before = { ...process.env };
  for (const _ of [1, 2]) {
    const reaper = new Reaper([process.execPath, program]);
    expect(existsSync(reaper.folder)).toBe(true);
    await reaper.close();
    expect(existsSync(reaper.folder)).toBe(false);
  }
  expect(process.env).toEqual(before);
});
