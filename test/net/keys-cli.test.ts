/** `polynya keys` against a real service that asks for its token. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningService } from '../../service/server.ts';
import { requireBuilt, runCli } from '../built-cli.ts';
import { startQuietService } from '../quiet-service.ts';

const adminToken = 'a-token-of-sixteen-and-more';
let service: RunningService;

beforeAll(async () => {
  requireBuilt();
  service = await startQuietService({ stun: { enabled: false }, adminToken });
});
afterAll(() => service?.close());

it('makes a key that does what its role may, lists it, and withdraws it', async () => {
  const keys = (...args: readonly string[]) =>
    runCli(['keys', ...args, '--service', service.url], { env: { POLYNYA_ADMIN_TOKEN: adminToken } });
  const made = await keys('create', 'ci', '--role', 'operator');
  expect(made, made.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(/^pk_[\w-]{43}\n$/);
  const headers = { authorization: `Bearer ${made.stdout.trim()}` };
  const statusOf = async (path: string) => (await fetch(service.url + path, { headers })).status;
  expect([await statusOf('/api/rooms'), await statusOf('/api/keys')]).toEqual([200, 403]);
  const listed = await keys('list');
  const [, id = ''] = /^ *(k[\w-]{12}) +active +operator +.* UTC +.* UTC +ci$/m.exec(listed.stdout) ?? [];
  expect(listed.stdout).not.toContain(made.stdout.trim());
  expect(await keys('withdraw', id)).toMatchObject({ code: 0, stdout: 'ci: withdrawn\n' });
  expect(await statusOf('/api/rooms')).toBe(401);
});
