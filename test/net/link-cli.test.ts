/** `polynya link` against a real service that asks for its token. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkView } from '../../contract/links.ts';
import type { RunningService } from '../../service/server.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { startQuietService } from '../quiet-service.ts';

const adminToken = 'a-token-of-sixteen-and-more';

let service: RunningService;

beforeAll(async () => {
  requireBuilt();
  const servers = [{ label: 'Public', urls: ['stun:192.0.2.1'] }];
  service = await startQuietService({ stun: { enabled: false }, adminToken, servers });
});
afterAll(() => service?.close());

function link(args: readonly string[], token = adminToken): Promise<Ended> {
  return runCli(['link', ...args], { env: { POLYNYA_ADMIN_TOKEN: token } });
}

describe('polynya link', () => {
  it('makes a link that opens, lists it, and ends it', async () => {
    const at = ['--service', service.url];
    expect((await link(['list', ...at])).stdout).toBe('no links\n');
    const contact = ['--hours', '24', '--contact', 'help@example.org'];
    const made = await link(['create', 'Ticket 4711', ...contact, ...at]);
    expect(made, made.stderr).toMatchObject({ code: 0, stderr: '' });
    const [address = ''] = made.stdout.split('\n');
    expect(address).toMatch(/\/t\/[\w-]{22}$/);
    const opened = await fetch(address.replace('/t/', '/api/t/'));
    expect([opened.status, await opened.json()]).toMatchObject([200, { contact: 'help@example.org' }]);

    const { links } = JSON.parse((await link(['list', '--json', ...at])).stdout) as { links: LinkView[] };
    expect(links).toMatchObject([{ label: 'Ticket 4711', state: 'active', servers: null, visits: 0 }]);
    const id = links[0]?.id ?? '';
    expect((await link(['list', ...at])).stdout).toMatch(new RegExp(`${id} +active .* 0 +Ticket 4711`));
    expect((await link(['revoke', id, ...at])).stdout).toBe('Ticket 4711: revoked\n');
    expect((await fetch(address.replace('/t/', '/api/t/'))).status).toBe(410);
  });

  it('says what is wrong: the token, the server, the life, the service', async () => {
    const at = ['--service', service.url];
    const wrongToken = await link(['list', ...at], 'another-token-of-sixteen');
    expect(wrongToken.code).toBe(1);
    expect(wrongToken.stderr).toMatch(/admin token/);
    expect(wrongToken.stderr).not.toContain('another-token');
    const wrongServer = await link(['create', 'x', '--servers', 'gone', ...at]);
    expect([wrongServer.code, wrongServer.stderr]).toEqual([1, expect.stringContaining('server gone')]);
    expect((await link(['create', 'x', '--hours', '0', ...at])).code).toBe(2);
    expect((await link(['list', '--service', 'ftp://x'])).code).toBe(2);
    const nobody = await link(['list', '--service', 'http://127.0.0.1:1']);
    expect([nobody.code, nobody.stderr]).toEqual([3, expect.stringContaining('does not answer')]);
  });
});
