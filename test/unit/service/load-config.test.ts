import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configOf, startLines } from '../../../cli/run-service.ts';
import { serveConfigSchema } from '../../../contract/config.ts';
import { ServiceStartError } from '../../../service/fault.ts';
import { parseConfig } from '../../../service/load-config.ts';

function problemOf(text: string): string {
  try {
    parseConfig(text, 'polynya.yaml');
  } catch (error) {
    if (!(error instanceof ServiceStartError)) throw error;
    expect(error.failure.code).toBe('config-invalid');
    return error.failure.message;
  }
  throw new Error('the text was accepted');
}

describe('the configuration file', () => {
  it('may be empty: every key has a default', () => {
    expect(parseConfig('', 'f')).toEqual(serveConfigSchema.parse({}));
    expect(parseConfig('# nothing\n', 'f').port).toBe(7478);
  });

  it('sets what it names and leaves the rest', () => {
    const text = `
host: 192.0.2.10
stun: { port: 13478 }
servers:
  - label: Own TURN
    urls: ["turn:192.0.2.1"]
    auth: secret
    credential: shared
`;
    const config = parseConfig(text, 'f');
    expect(config).toMatchObject({ host: '192.0.2.10', port: 7478, stun: { port: 13478, enabled: true } });
    expect(config.servers).toEqual([
      {
        label: 'Own TURN',
        urls: ['turn:192.0.2.1'],
        auth: 'secret',
        credential: 'shared',
        username: null,
        enabled: true,
      },
    ]);
  });

  it.each([
    ['host: 127.0.0.1\nprot: 80\n', /polynya\.yaml:2: prot: there is no such key/],
    ['stun:\n  enabled: true\n\n  prot: 1\n', /:4: stun\.prot: there is no such key/],
    ['port: many\n', /:1: port: .*number/],
    ['\n\nlimits:\n  bodyBytes: 10\n', /:4: limits\.bodyBytes: /],
    [
      'servers:\n  - label: a\n    urls: ["stun:a"]\n  - label: b\n    urls:\n      - "http://b"\n',
      /:6: servers\.1\.urls\.0: /,
    ],
    ['servers:\n  - urls: ["stun:a"]\n', /:2: servers\.0\.label: /],
    [
      'servers:\n  - label: a\n    urls: ["turn:a"]\n    auth: password\n    username: u\n',
      /:2: servers\.0\.credential: /,
    ],
    [
      'servers:\n  - label: a\n    urls:\n      - "stun:a"\n      - "turn:a:0x1"\n',
      /:5: servers\.0\.urls\.1: /,
    ],
    ['adminToken: short\n', /:1: adminToken: /],
    ['stun:\n  peer: {address: example.org}\n', /:2: stun\.peer\.address: /],
    [
      'stun:\n  alternateAddress: 192.0.2.2\n  peer: {address: 192.0.2.3}\n',
      /:3: stun\.peer: .*either here .* or on another host/,
    ],
    ['host: [\n', /polynya\.yaml:\d: /],
    ['port: 1\nport: 2\n', /:2: .*unique/],
    ['just a sentence\n', /:1: configuration: /],
  ])('names the line of the mistake in %j', (text, expected) => {
    expect(problemOf(text)).toMatch(expected);
  });

  it('does not repeat a secret in its complaint', () => {
    const text = 'servers:\n  - {label: a, urls: ["turn:a"], auth: password, credential: topsecret}\n';
    expect(problemOf(text)).not.toContain('topsecret');
  });
});

describe('polynya serve', () => {
  it('puts flags over the file, and the environment’s token over both', () => {
    const folder = mkdtempSync(join(tmpdir(), 'polynya-config-'));
    try {
      const file = join(folder, 'c.yaml');
      writeFileSync(file, 'host: 192.0.2.1\nport: 81\nstun: {port: 5000, alternatePort: 6000}\n');
      const fromFile = configOf({ config: file, stun: true }, {});
      expect(fromFile).toMatchObject({
        host: '192.0.2.1',
        port: 81,
        stun: { port: 5000, alternatePort: 6000 },
      });
      const flags = { config: file, port: 82, listen: true, stun: false, stunPort: 7000 } as const;
      expect(configOf(flags, { POLYNYA_ADMIN_TOKEN: 'token-from-environment' })).toMatchObject({
        host: '0.0.0.0',
        port: 82,
        adminToken: 'token-from-environment',
        stun: { enabled: false, port: 7000, alternatePort: 7001 },
      });
      expect(() => configOf({ stun: true }, { POLYNYA_ADMIN_TOKEN: 'short' })).toThrow(/POLYNYA_ADMIN_TOKEN/);
      expect(() => configOf({ stun: true, config: join(folder, 'gone.yaml') }, {})).toThrow(
        /gone\.yaml: ENOENT/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes the secrets of a link and of sign-in from the environment before those of the file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'polynya-config-'));
    try {
      const file = join(folder, 'c.yaml');
      writeFileSync(
        file,
        'stun: {peer: {address: 192.0.2.1, secretFile: /etc/link}}\n' +
          'oidc: {issuer: https://login.example.org, clientId: polynya, clientSecretFile: /etc/oidc}\n',
      );
      const secret = 'thirty-two characters and a few more';
      expect(configOf({ config: file, stun: true }, { POLYNYA_PEER_SECRET: secret }).stun.peer).toEqual({
        address: '192.0.2.1',
        secret,
        secretFile: null,
      });
      expect(() => configOf({ config: file, stun: true }, { POLYNYA_PEER_SECRET: 'short' })).toThrow(
        /POLYNYA_PEER_SECRET/,
      );
      const client = 'a-secret-of-the-client';
      const flags = { config: file, stun: true };
      expect(configOf(flags, { POLYNYA_OIDC_CLIENT_SECRET: client }).oidc).toMatchObject({
        clientSecret: client,
        clientSecretFile: null,
      });
      expect(() => configOf(flags, { POLYNYA_OIDC_CLIENT_SECRET: 'short' })).toThrow(
        /POLYNYA_OIDC_CLIENT_SECRET/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('prints one fact a line', () => {
    const lines = startLines({
      url: 'http://127.0.0.1:7478',
      lanUrls: ['http://192.0.2.7:7478'],
      stunUri: null,
      tls: { fingerprint: 'AB:CD', isSelfSigned: true, certFile: 'runs.sqlite.cert.pem' },
      notes: ['Something is missing.'],
      adminToken: 'made-at-start',
      close: async () => {},
    });
    expect(lines).toEqual([
      'Dashboard    http://127.0.0.1:7478',
      'On the LAN   http://192.0.2.7:7478',
      'Certificate  SHA-256 AB:CD',
      expect.stringMatching(/^Note {9}Browsers warn once.*runs\.sqlite\.cert\.pem/),
      'STUN server  off',
      'Admin token  made-at-start',
      expect.stringMatching(/^Note {9}The token is new at each start/),
      'Note         Something is missing.',
      'Stop         Ctrl+C',
    ]);
  });
});
