/** A node and real NATS servers that want TLS and logins: who gets in, and what whoever does not is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { busConfigSchema } from '../../contract/bus.ts';
import type { Failure } from '../../contract/failures.ts';
import { type Nats, natsObstacle, startNats } from '../../scenarios/io/nats.ts';
import { openBus } from '../../service/bus/open-bus.ts';
import { startQuietService } from '../quiet-service.ts';
import { makeCertificate } from './make-certificate.ts';
import { decentralNats } from './nats-jwt.ts';
import { expired } from './turn-stage.ts';

const obstacle = natsObstacle();
const secret = 'correct-horse-battery-staple';
const login = { user: 'polynya', password: secret };

let folder: string;
let open: Nats;
let strict: Nats;
let late: Nats;
let decentral: Nats;
let ca: string;
const files = { ca: '', cert: '', key: '', expired: '', seed: '', creds: '' };
const user = nkeys.createUser();
const seed = Buffer.from(user.getSeed()).toString('utf8');

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

beforeAll(async () => {
  if (obstacle !== null) return;
  folder = mkdtempSync(join(tmpdir(), 'polynya-bus-tls-'));
  const made = makeCertificate(folder);
  ca = made.authority;
  files.cert = write('node.pem', made.cert);
  files.key = write('node-key.pem', made.key);
  files.expired = write('expired.pem', expired.cert);
  files.seed = write('seed.nk', `${seed}\n`);
  const jwt = decentralNats();
  files.creds = write('node.creds', jwt.creds);
  const tls = { cert_file: files.cert, key_file: files.key };
  const users = [login, { nkey: user.getPublicKey() }];
  const expiredKey = write('expired-key.pem', expired.key);
  [open, strict, late, decentral] = await Promise.all([
    startNats({ more: { tls, authorization: { users } } }),
    startNats({ more: { tls: { ...tls, ca_file: ca, verify: true } } }),
    startNats({ more: { tls: { cert_file: files.expired, key_file: expiredKey } } }),
    startNats({ more: { tls, jetstream: undefined, ...jwt.config } }),
  ]);
});
afterAll(async () => {
  if (obstacle !== null) return;
  await Promise.all([open, strict, late, decentral].map((nats) => nats?.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** `up`, or why not. */
async function triedAs(config: Record<string, unknown>): Promise<'up' | Failure> {
  const failures: Failure[] = [];
  const bus = await openBus(busConfigSchema.parse(config), (_problem, cause) => {
    if (cause !== null) failures.push(cause);
  });
  try {
    return await expect
      .poll(() => (bus.state === 'up' ? 'up' : failures[0]), { interval: 10 })
      .toBeDefined()
      .then(() => (bus.state === 'up' ? 'up' : (failures[0] as Failure)));
  } finally {
    await bus.close();
  }
}

const overTls = (nats: Nats) => [nats.url.replace('nats:', 'tls:')];

describe.skipIf(obstacle !== null)('a node whose NATS wants TLS', () => {
  it.each([
    ['a password', () => ({ servers: overTls(open), tls: { ca }, ...login })],
    ['the seed of an nkey', () => ({ servers: overTls(open), tls: { ca }, credentialsFile: files.seed })],
    [
      'a file of credentials',
      () => ({ servers: overTls(decentral), tls: { ca }, credentialsFile: files.creds }),
    ],
    [
      'a certificate of its own',
      () => ({ servers: overTls(strict), tls: { ca, cert: files.cert, key: files.key } }),
    ],
  ])('gets in with %s', async (_what, config) => {
    expect(await triedAs(config())).toBe('up');
  });

  it.each([
    ['bus-certificate-untrusted', 'bus.tls.ca', () => ({ servers: overTls(open), ...login })],
    [
      'bus-certificate-expired',
      'Renew it',
      () => ({ servers: overTls(late), tls: { ca: files.expired }, ...login }),
    ],
    ['bus-certificate-wanted', 'bus.tls.cert', () => ({ servers: overTls(strict), tls: { ca } })],
    [
      'bus-login-refused',
      'bus.user',
      () => ({ servers: overTls(open), tls: { ca }, user: 'polynya', password: `${secret}-not` }),
    ],
    [
      'bus-login-refused',
      'credentialsFile',
      () => ({ servers: overTls(decentral), tls: { ca }, token: secret }),
    ],
    ['bus-unreachable', 'bus.servers', () => ({ servers: ['tls://127.0.0.1:1'], tls: { ca }, ...login })],
  ])('is told %s, and what mends it: %s', async (code, fix, config) => {
    const cause = await triedAs(config());
    expect(cause, JSON.stringify(cause)).toMatchObject({ code, next: expect.stringContaining(fix) });
    for (const hidden of [secret, seed]) expect(JSON.stringify(cause)).not.toContain(hidden);
  });

  it('says so in its log, once and without a secret, and serves all the same', async () => {
    const lines: string[] = [];
    const logTo = { write: (text: string) => void lines.push(text) };
    const bus = { servers: overTls(open), tls: { ca }, user: 'polynya', password: `${secret}-not` };
    const service = await startQuietService({ stun: { enabled: false }, log: 'debug', bus }, { logTo });
    try {
      await expect.poll(() => lines.join('')).toContain('bus-login-refused');
      const reply = await fetch(new URL('/readyz', service.url));
      expect(await reply.json()).toMatchObject({ status: 'degraded', bus: 'away' });
    } finally {
      await service.close();
    }
    expect(lines.join('').match(/bus-login-refused/g)).toHaveLength(1);
    expect(lines.join('')).not.toContain(secret);
  });

  it('does not start with a file that is not there, and says which', async () => {
    const bus = { servers: overTls(open), tls: { ca: join(folder, 'none.pem') } };
    await expect(openBus(busConfigSchema.parse(bus), () => {})).rejects.toMatchObject({
      failure: {
        code: 'config-invalid',
        message: expect.stringMatching(/bus\.tls\.ca: .*none\.pem: ENOENT/),
      },
    });
  });
});
