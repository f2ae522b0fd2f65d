/** Request forgery: whom the service does not talk to, however the address is named. */
import { afterEach, describe, expect, it } from 'vitest';
import { operations } from '../../../contract/api.ts';
import { serveConfigSchema } from '../../../contract/config.ts';
import { runProbe } from '../../../probe/io/run-probe.ts';
import { turnCheckVia } from '../../../service/checks/run-turn-check.ts';
import { Reach } from '../../../service/reach.ts';
import { parseStunUri } from '../../../stun/uri.ts';
import { startTestApp, type TestApp } from './test-app.ts';

const byDefault = serveConfigSchema.parse({}).reach.deny;

/** Names as an attacker’s name server gives them. */
const names: Readonly<Record<string, readonly string[]>> = {
  'metadata.attacker.example': ['169.254.169.254'],
  'mapped.attacker.example': ['::ffff:169.254.169.254'],
  'both.attacker.example': ['169.254.169.254', '203.0.113.7'],
  'inside.attacker.example': ['10.0.0.5', '2001:db8::5'],
};
const lookUp = async (host: string) => ({ ok: true as const, addresses: names[host] ?? [host] });

describe('the addresses that the service never talks to', () => {
  it.each([
    ['169.254.169.254', 'cloud metadata'],
    ['::ffff:169.254.169.254', 'the same, mapped into IPv6'],
    ['::ffff:a9fe:a9fe', 'the same, in hexadecimal'],
    ['64:ff9b::a9fe:a9fe', 'the same, behind NAT64'],
    ['2002:a9fe:a9fe::1', 'the same, by 6to4'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with its zone'],
    ['fd00:ec2::254', 'metadata of AWS over IPv6'],
    ['168.63.129.16', 'metadata of Azure'],
    ['metadata.internal', 'no address at all'],
  ])('%s: %s', (address) => {
    expect(new Reach(byDefault).refuses(address)).toBe(true);
  });

  it.each(['203.0.113.7', '10.0.0.5', '127.0.0.1', '::1', '2001:db8::1', '64:ff9b::cb00:7107'])(
    'are not %s',
    (address) => expect(new Reach(byDefault).refuses(address)).toBe(false),
  );

  it('are those of the configuration where it names some', () => {
    const { refuses } = new Reach(['10.0.0.0/8', '2001:db8::5']);
    const addresses = ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::5', '169.254.169.254', '2001:db8::6'];
    expect(addresses.map(refuses)).toEqual([true, true, true, false, false]);
    for (const deny of ['10.0.0.0/33', 'example.org', '10.0.0']) {
      expect(serveConfigSchema.safeParse({ reach: { deny: [deny] } }).success).toBe(false);
    }
  });
});

describe('a name', () => {
  const { resolve } = new Reach([...byDefault, '10.0.0.0/8', '2001:db8::/32'], lookUp);

  it.each(['metadata.attacker.example', 'mapped.attacker.example', 'inside.attacker.example'])(
    '%s leads nowhere',
    async (host) => {
      expect(await resolve(host)).toMatchObject({ ok: false, failure: { code: 'address-forbidden' } });
    },
  );

  it('leads to what is left of its addresses', async () => {
    expect(await resolve('both.attacker.example')).toEqual({ ok: true, addresses: ['203.0.113.7'] });
  });

  it('sends neither a probe nor a TURN check there', async () => {
    const parsed = parseStunUri('turn:metadata.attacker.example');
    if (!parsed.ok) throw new Error(parsed.problem);
    const target = { uri: parsed.uri, username: 'u', credential: 'c' };
    const { body } = await runProbe({ targets: [target], resolve });
    expect(body.servers).toMatchObject([{ status: 'failed', failure: { code: 'address-forbidden' } }]);
    expect([body.run.packetsSent, body.evidence]).toEqual([0, []]);
    const signal = AbortSignal.timeout(10_000);
    const check = await turnCheckVia(resolve)({ target, signal, onProgress: () => {} });
    expect(check).toMatchObject({ failure: { code: 'address-forbidden' } });
  });
});

describe('without the administrator’s token', () => {
  let t: TestApp;
  afterEach(() => t.close());

  it('nobody makes this host try anything: reports are only kept, whatever addresses they name', async () => {
    const tried: unknown[] = [];
    t = await startTestApp({
      token: 'correct-horse-battery-staple',
      runProbe: async (options) => {
        tried.push(options.targets.map(({ uri }) => uri.host));
        throw new Error('no probe in this test');
      },
      runTurnCheck: async ({ target }) => {
        tried.push(target.uri.host);
        throw new Error('no check in this test');
      },
    });
    const named = { server: 'turn:169.254.169.254', servers: ['turn:169.254.169.254'] };
    const payload = { ...named, urls: ['turn:169.254.169.254'], label: 'x', uri: 'turn:169.254.169.254' };
    for (const { method, path, role } of Object.values(operations)) {
      const url = path.replace(/:\w+/g, 'x');
      const reply = await t.app.inject({ method, url, ...(method !== 'GET' && { payload }) });
      if (role !== 'anyone') expect([path, reply.statusCode]).toEqual([path, 401]);
    }
    // Of all that anybody may ask, only this one makes the host try servers, and those are the operator’s.
    expect(tried).toEqual([['127.0.0.1']]);
  });
});
