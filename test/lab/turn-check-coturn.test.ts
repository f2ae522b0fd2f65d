/** `turn check` against the installed coturn on loopback: the one right finding on a broken one. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { turnReportSchema } from '../../contract/turn-report.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { type CheckOptions, runCheck } from '../../turn/io/run-check.ts';
import {
  type Certificate,
  type Coturn,
  makeCertificate,
  makeFolder,
  missingPrograms,
  startCoturn,
} from './turn-coturn.ts';

const missing = missingPrograms();
const folder = makeFolder();
const running: Coturn[] = [];
afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
  folder.remove();
});

const alice = { username: 'alice', credential: 'wonderland-42' };
const users = ['--lt-cred-mech', '--user', `${alice.username}:${alice.credential}`];
const realm = ['--realm', 'example.org'];
/** What docs and linter ask for, as far as the command line of 4.6.1 knows it. Loopback peers: the lab is on loopback. */
const hardened = [
  ...[
    '--fingerprint',
    '--no-rfc5780',
    '--no-stun-backward-compatibility',
    '--response-origin-only-with-rfc5780',
  ],
  ...['--no-software-attribute', '--no-multicast-peers', '--no-tcp-relay', '--stale-nonce=600'],
  ...['--user-quota=12', '--total-quota=1200', '--max-bps=1000000', '--allow-loopback-peers'],
];

async function start(flags: readonly string[]): Promise<Coturn> {
  const server = await startCoturn(folder.path, flags);
  running.push(server);
  return server;
}

function uriOf(server: Coturn) {
  const parsed = parseStunUri(`turn:${formatEndpoint(server.plain)}`);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.uri;
}

async function check(server: Coturn, options: Partial<CheckOptions>) {
  const { report, broke } = await runCheck({
    uri: uriOf(server),
    addresses: [server.plain.address],
    bindAddress: '127.0.0.1',
    signal: AbortSignal.timeout(60_000),
    ...options,
  });
  expect(broke).toEqual([]);
  expect(turnReportSchema.safeParse(report).error).toBeUndefined();
  return report.body;
}

function ids(body: Awaited<ReturnType<typeof check>>, ...statuses: readonly string[]): string[] {
  return body.checks
    .filter(({ status }) => statuses.includes(status))
    .map(({ id }) => id)
    .sort();
}

interface Seeded {
  readonly name: string;
  readonly flags: readonly string[];
  readonly options: Partial<CheckOptions>;
  readonly only: readonly string[];
  /** The one finding, and what its fix must name. */
  readonly found: string;
  readonly fix: RegExp;
}

/** Fixed in later releases only; nothing in a configuration of 4.6.1 mends it. */
const inherent = ['A10'];

const seeded: readonly Seeded[] = [
  {
    name: 'no authentication',
    flags: [...hardened, '--no-auth'],
    options: {},
    only: ['S', 'A'],
    found: 'A01',
    fix: /use-auth-secret|lt-cred-mech/,
  },
  {
    name: 'an empty shared secret',
    flags: [...hardened, ...realm, '--use-auth-secret', '--static-auth-secret', ''],
    options: { secret: '' },
    only: ['A'],
    found: 'A19',
    fix: /static-auth-secret=/,
  },
  {
    name: 'a sample user',
    flags: [...hardened, ...realm, ...users, '--user', 'test:test'],
    options: alice,
    only: ['A'],
    found: 'A20',
    fix: /user=/,
  },
  {
    name: 'a realm with a blank',
    flags: [...hardened, ...users, '--realm', 'my realm'],
    options: alice,
    only: ['A02'],
    found: 'A02',
    fix: /realm=/,
  },
  {
    name: 'a long realm',
    flags: [...hardened, ...users, '--realm', `${'long-'.repeat(20)}example.org`],
    options: alice,
    only: ['S'],
    found: 'S18',
    fix: /realm/,
  },
  {
    name: 'RFC 5780 with two addresses',
    flags: [...users, ...realm, '--listening-ip', '127.0.0.2', '--no-stun-backward-compatibility'],
    options: alice,
    only: ['S19'],
    found: 'S19',
    fix: /no-rfc5780/,
  },
  {
    name: 'packaged defaults',
    flags: [...users, ...realm],
    options: alice,
    only: ['S17'],
    found: 'S17',
    fix: /no-software-attribute/,
  },
  {
    name: 'stun-only',
    flags: [...users, ...realm, ...hardened, '--stun-only'],
    options: alice,
    only: ['S'],
    found: 'S22',
    fix: /stun-only/,
  },
];

describe('coturn on loopback', () => {
  beforeEach((context) => context.skip(missing !== null, missing ?? ''));

  it.each(seeded)('$name: $found', async ({ flags, options, only, found, fix }) => {
    const body = await check(await start(flags), { ...options, only });
    expect(ids(body, 'failed')).toContain(found);
    expect(body.checks.find(({ id }) => id === found)?.fix).toMatch(fix);
    // What else is wrong with such a server is not more than the same fault seen from other sides.
    const others = ids(body, 'failed').filter((id) => id !== found && !inherent.includes(id));
    expect(others).toEqual([]);
  });

  describe('over TLS', () => {
    const name = 'turn.example.org';
    const vectors = new URL('../vectors/tls/', import.meta.url).pathname;
    const flags = [...hardened, ...realm, ...users];

    async function checkTls(certificate: Certificate | null, host: string, ca: string | undefined) {
      const server = await startCoturn(folder.path, flags, certificate);
      running.push(server);
      const parsed = parseStunUri(`turns:${host}:${server.tls.port}`);
      if (!parsed.ok) throw new Error(parsed.problem);
      const others = [{ uri: parsed.uri, address: server.tls.address }];
      return check(server, { ...alice, others, ca, only: ['T01', 'T04', 'T06'] });
    }

    it('a known certificate for the name, with too few days left: T04', async () => {
      const certificate = makeCertificate(folder.path, name);
      const body = await checkTls(certificate, name, readFileSync(certificate.certFile, 'utf8'));
      expect(ids(body, 'failed')).toEqual(['T04']);
      expect(body.checks[0]?.observed).toMatch(/expires in [0-2] days/);
    });

    it.each([
      ['expired', 'expired.pem', 'stun.test', /expired \d+ days ago/, /USR2/],
      ['for another name', 'valid.pem', 'other.test', /another name/, /other\.test in subjectAltName/],
      ['of nobody that is trusted', 'valid.pem', 'stun.test', /not trusted/, /fullchain/],
    ])('a certificate %s: T04', async (kind, file, host, observed, fix) => {
      const certificate = { certFile: `${vectors}${file}`, keyFile: `${vectors}key.pem` };
      const ca = kind.startsWith('of nobody') ? undefined : readFileSync(certificate.certFile, 'utf8');
      const body = await checkTls(certificate, host, ca);
      expect(ids(body, 'failed')).toEqual(['T04']);
      expect(body.checks[0]?.observed).toMatch(observed);
      expect(body.checks[0]?.fix).toMatch(fix);
    });

    it('TLS that is off although clients are sent there: T01', async () => {
      const body = await checkTls(null, name, undefined);
      expect(ids(body, 'failed')).toEqual(['T01']);
      expect(body.checks[0]?.fix).toMatch(/no-tls/);
    });
  });

  it('IPv6 peers that carry IPv4 addresses: the advisory is named, with its evidence', async () => {
    const server = await start([...hardened, ...realm, ...users, '--relay-ip', '::1']);
    const body = await check(server, { ...alice, only: ['X01', 'X02', 'X11', 'S16'] });
    expect(ids(body, 'failed')).toEqual(expect.arrayContaining(['S16', 'X11']));
    expect(body.checks.find(({ id }) => id === 'X11')?.fix).toMatch(/denied-peer-ip=::ffff:0:0-/);
    expect(body.server.advisories.map(({ id }) => id)).toEqual(['CVE-2026-27624']);
    expect(body.server.version?.before).toBe('4.9.0');
  });
});
