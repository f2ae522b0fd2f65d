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

it('makes a key that does what its role may, in other commands too, lists it, and withdraws it', async () => {
  const keys = (args: readonly string[], token = adminToken) =>
    runCli(['keys', ...args, '--service', service.url], { env: { POLYNYA_ADMIN_TOKEN: token } });
  const made = await keys(['create', 'ci', '--role', 'operator']);
  expect(made, made.stderr).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toMatch(/^pk_[\w-]{43}\n$/);
  const secret = made.stdout.trim();
  const link = ['link', 'create', 'x', '--service', service.url];
  expect(await runCli(link, { env: { POLYNYA_ADMIN_TOKEN: secret } })).toMatchObject({ code: 0 });
  const refused = await keys(['create', 'more'], secret);
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('role')]);
  const listed = await keys(['list']);
  expect(listed.stdout).toMatch(/^k[\w-]{12} +active +operator .* UTC +ci$/m);
  expect(listed.stdout).not.toContain(secret);
  const [id = ''] = /^k[\w-]{12}/m.exec(listed.stdout) ?? [];
  expect(await keys(['withdraw', id])).toMatchObject({ code: 0, stdout: 'ci: withdrawn\n' });
  expect((await keys(['list'], secret)).code).toBe(1);
});
