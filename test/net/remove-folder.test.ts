/** Folders of browsers that were just killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeFolder } from '../../scenarios/io/remove-folder.ts';

/** Writes one file after the other for half a second, wherever that still can be done. */
const writer = `
const fs = require('node:fs');
process.stdout.write('writing');
const endMs = Date.now() + 500;
for (let n = 0; Date.now() < endMs; n += 1) try { fs.writeFileSync(process.argv[1] + '/' + n, ''); } catch {}
`;

it('a folder goes while somebody is still writing into it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-remove-'));
  const inner = join(folder, 'profile');
  mkdirSync(inner);
  const writers = [1, 2].map(() =>
    spawn(process.execPath, ['-e', writer, inner], { stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const ended = Promise.all(writers.map((child) => once(child, 'exit')));
  await Promise.all(writers.map((child) => once(child.stdout, 'data')));
  removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
  await ended;
  expect(existsSync(folder)).toBe(false);
});

it('one that is not there is no fault', () => {
  removeFolder(join(tmpdir(), 'polynya-there-is-no-such-folder'));
});
