import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CommandError } from '../../../cli/command-error.ts';
import { loadTurnConfig, parseTurnConfig } from '../../../cli/load-turn-config.ts';
import { TurnLog } from '../../../cli/turn-log.ts';
import { parseEndpoint, planTurnServe } from '../../../cli/turn-serve-plan.ts';
import { turnServeConfigSchema } from '../../../contract/turn-serve-config.ts';
import { canSharePorts } from '../../../turn/io/share-ports.ts';

function mistake(text: string): CommandError {
  try {
    planTurnServe(parseTurnConfig(text, 'turn.yaml'), null, undefined);
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('the configuration file', () => {
  it('shares ports only where Node can', () => {
    const known = ['20.20.2', '22.11.0', '22.12.0', '23.0.0', '23.1.0', '24.0.0'].map(canSharePorts);
    expect(known).toEqual([false, false, true, false, true, true]);
    const plan = () => planTurnServe(parseTurnConfig('sharePorts: true\n', 'f'), null, undefined);
    if (canSharePorts(process.versions.node)) expect(plan().sharePorts).toBe(true);
    else expect(plan).toThrow(/^f:1:1: sharePorts: needs Node 22\.12/);
  });

  it('may be empty: loopback, nobody may log in, nothing is allowed that is refused by default', () => {
    const plan = planTurnServe(parseTurnConfig('', 'f'), null, undefined);
    expect(plan.listen).toEqual([{ address: '127.0.0.1', port: 3478, transports: ['udp', 'tcp'] }]);
    expect(plan.relays).toEqual([{ local: '127.0.0.1', external: '127.0.0.1' }]);
    expect(plan.settings).toMatchObject({
      accounts: { users: {}, secrets: [] },
      peers: { allow: [], deny: [], lowestPort: 1024 },
    });
  });

  it('sets what it names', () => {
    const text = `
listen: ["198.51.100.1:3478", {address: "2001:db8::1", transports: [udp]}]
relay: {addresses: [10.0.0.5, "2001:db8::1"], external: [198.51.100.1, "2001:db8::1"], ports: [50000, 50999]}
realm: example.org
users: {alice: wonderland-42}
secret: [north-by-northwest, vertigo-1958]
quota: {bytesPerSecond: 250000}
redirect: {servers: ["198.51.100.9:3478"], when: always}
`;
    const plan = planTurnServe(parseTurnConfig(text, 'f'), null, undefined);
    expect(plan.listen[1]).toEqual({ address: '2001:db8::1', port: 3478, transports: ['udp'] });
    expect(plan.relays[0]).toEqual({ local: '10.0.0.5', external: '198.51.100.1' });
    expect(plan.settings.accounts.secrets).toEqual(['north-by-northwest', 'vertigo-1958']);
    expect(plan.settings.quota.bandwidth).toEqual({ perSecond: 250_000, burst: 250_000 });
    expect(plan.settings.redirect).toEqual({
      servers: [{ address: '198.51.100.9', port: 3478 }],
      when: 'always',
    });
  });

  it('the environment’s secret wins over the file’s', () => {
    const loaded = parseTurnConfig('secret: from-the-file\n', 'f');
    const plan = planTurnServe(loaded, null, 'from-the-environment');
    expect(plan.settings.accounts.secrets).toEqual(['from-the-environment']);
  });

  it.each([
    ['realm: a\nusrs: {a: b}\n', /^turn\.yaml:2:1: usrs: there is no such key/, 'Did you mean users?'],
    [
      'quota:\n  perUsr: 3\n',
      /^turn\.yaml:2:3: quota\.perUsr: there is no such key/,
      'Did you mean perUser?',
    ],
    ['tls: {crt: a, key: b}\n', /^turn\.yaml:1:7: tls\.crt: there is no such key|tls\.cert/, null],
    ['bananas: 1\n', /:1:1: bananas: there is no such key/, null],
    ['relay:\n  ports: [5, 4]\n', /:2:3: relay\.ports: the first port is above the last/, null],
    ['relay: {siblings: [[1, 2], [5, 4]]}\n', /relay\.siblings\.1: the first port is above the last/, null],
    ['listen: ["127.0.0.1"]\n', /:1:10: listen\.0: 127\.0\.0\.1 is no ADDRESS:PORT/, null],
    ['listen: ["localhost:3478"]\n', /listen\.0: localhost:3478 is no ADDRESS:PORT/, null],
    ['listen: ["0.0.0.0:3478"]\n', /relay\.addresses: needed/, null],
    ['relay: {addresses: ["0.0.0.0"]}\n', /:1:21: relay\.addresses\.0: a definite address/, null],
    ['relay: {external: [1.2.3.4, 1.2.3.5]}\n', /relay\.external: one is needed for each/, null],
    ['relay: {external: ["2001:db8::1"]}\n', /relay\.external\.0: not of the family/, null],
    ['peers:\n  deny:\n    - 10.0.0.1-10.0.0.9\n', /:3:7: peers\.deny\.0: neither/, null],
    ['peers: {allow: [10.0.0.0/33]}\n', /peers\.allow\.0: neither/, null],
    ['secret: ""\n', /:1:1: secret: /, null],
    ['listen: [{address: 127.0.0.1, transports: [tls]}]\n', /listen\.0: tls needs tls\.cert/, null],
    ['tls: {cert: gone.pem, key: gone.pem}\n', /tls\.cert: gone\.pem: ENOENT/, null],
    ['listen: [\n', /^turn\.yaml:\d+:\d+: /, null],
  ])('names line and column of the mistake in %j', (text, message, next) => {
    const error = mistake(text);
    expect(error.message).toMatch(message);
    if (next !== null) expect(error.next).toBe(next);
  });

  it('a certificate that does not fit its key is a mistake, not a server without TLS', () => {
    const folder = mkdtempSync(join(tmpdir(), 'polynya-turn-'));
    try {
      const pem = (name: string): string =>
        readFileSync(new URL(`../../vectors/tls/${name}`, import.meta.url), 'utf8');
      writeFileSync(join(folder, 'cert.pem'), pem('valid.pem'));
      writeFileSync(join(folder, 'key.pem'), 'not a key');
      const file = join(folder, 'turn.yaml');
      writeFileSync(file, 'tls: {cert: cert.pem, key: key.pem}\n');
      expect(() => planTurnServe(loadTurnConfig(file), file, undefined)).toThrow(
        /tls\.cert: certificate and key/,
      );
      writeFileSync(join(folder, 'key.pem'), pem('key.pem'));
      expect(planTurnServe(loadTurnConfig(file), file, undefined).certificate?.key).toBe(pem('key.pem'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('does not repeat a secret in its complaint', () => {
    expect(mistake('secret: {topsecret: 1}\n').message).not.toContain('topsecret');
    expect(mistake('secret: tops3c\n').message).not.toContain('tops3c');
  });
});

describe('endpoints', () => {
  it.each([
    ['127.0.0.1:3478', { address: '127.0.0.1', port: 3478 }],
    ['[2001:DB8::1]:5349', { address: '2001:db8::1', port: 5349 }],
    ['2001:db8::1:5349', null],
    ['127.0.0.1:65536', null],
    ['127.0.0.1', null],
    ['127.1:80', null],
    [':80', null],
  ])('%s', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });
});

describe('the log', () => {
  const client = { address: '192.0.2.1', port: 4000 };
  const lines = (level: 'silent' | 'warn' | 'info'): string[] => {
    const written: string[] = [];
    const log = new TurnLog(level, (line) => written.push(line));
    log.event({ kind: 'refused', method: 3, code: 401, client, transport: 'udp', username: null });
    log.event({ kind: 'refused', method: 3, code: 486, client, transport: 'udp', username: 'alice' });
    log.event({ kind: 'allocated', username: 'alice', client, transport: 'udp', relayed: [client] });
    return written.map((line) => String(JSON.parse(line).event));
  };

  it('leaves out the challenges of logins, which strangers can cause in any number', () => {
    expect(lines('info')).toEqual(['refused', 'allocated']);
    expect(lines('warn')).toEqual(['refused']);
    expect(lines('silent')).toEqual([]);
  });
});

describe('docs/turn-serve.md', () => {
  const text = readFileSync(new URL('../../../docs/turn-serve.md', import.meta.url), 'utf8');

  it('lists every key with its default', () => {
    const rows = [...text.matchAll(/^\| `([^`]+)` \| ([^|]+?) \|/gm)].map(([, key = '', said = '']) => [
      key,
      said,
    ]);
    const documented = new Map(rows.map(([key, said]) => [key, (said ?? '').replaceAll('`', '')]));
    const defaults = Object.entries(turnServeConfigSchema.parse({})).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
        ? Object.entries(value).map(([inner, each]) => [`${key}.${inner}`, each] as const)
        : [[key, value] as const],
    );
    for (const [key, value] of defaults) {
      const said = documented.get(key);
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') {
        expect([key, said]).toEqual([key, String(value)]);
      } else expect([key, said]).toEqual([key, expect.stringMatching(/none|listen|\d/)]);
    }
  });
});
