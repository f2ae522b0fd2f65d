/** What a process leaves for the search of the logs, whoever reads its output. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { searchLogs } from '../runner/search-logs.mjs';

const planted = { name: 'planted', value: 'planted-Eek0ohng' };
const recorder = pathToFileURL('test/runner/record-logs.mjs').href;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-recorder-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({ ...process.env, POLYNYA_TEST_LOGS: folder, NODE_OPTIONS: `--import=${recorder}` });
const leaks = () => searchLogs(folder, [planted]).leaks.map(({ name, stream }) => `${name} in ${stream}`);

it('is what nobody reads, in pieces, the lines of pino, other programs, and random values told', async () => {
  const script = `
    import { execFileSync, execFile } from 'node:child_process';
    import { createHmac, randomBytes } from 'node:crypto';
    import fastify from 'fastify';
    process.stderr.write('planted-');
    process.stderr.write('Eek0ohng\\n');
    fastify({ logger: { stream: { write: () => {} } } }).log.info({ token: 'planted-Eek0ohng' }, 'unread');
    console.error(randomBytes(24).toString('base64url'), createHmac('sha1', 'k').update('u').digest('base64'));
    console.error(randomBytes(9).toString('base64url'));
    execFile('printf', ['planted-Eek0ohng']);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: env(),
    stdio: 'ignore',
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(leaks().sort()).toEqual([
    'planted in log',
    'planted in stderr',
    'planted in stdout',
    'what node -e made at random in stderr',
  ]);
});

it('changes nothing for those who read, and says nothing itself', async () => {
  const script = `process.stdout.write('a'); process.stderr.write(Buffer.from('b')); process.exitCode = 3`;
  const ended = new Promise((resolve) => {
    execFile(process.execPath, ['-e', script], { env: env() }, (error, stdout, stderr) =>
      resolve([error?.code, stdout, stderr]),
    );
  });
  expect(await ended).toEqual([3, 'a', 'b']);
});
