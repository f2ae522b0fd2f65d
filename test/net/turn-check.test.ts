/** `turn check` on loopback sockets against our own TURN server: all transports, certificates, REST credentials. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { turnReportSchema } from '../../contract/turn-report.ts';
import { mintRestCredential } from '../../stun/credential.ts';
import type { Transport } from '../../stun/machine.ts';
import { parseStunUri, type StunUri } from '../../stun/uri.ts';
import { type CheckOptions, runCheck } from '../../turn/io/run-check.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import {
  alice,
  certificate,
  endpointOf,
  expired,
  loopbackSettings,
  secret,
  serverName,
  startLoopback,
} from './turn-stage.ts';

let server: TurnServerHandle;
beforeAll(async () => {
  const accounts = { ...loopbackSettings.accounts, secrets: [secret] };
  // Our own address alone: the rest of loopback is what nobody should reach.
  const peers = { ...loopbackSettings.peers, allow: ['127.0.0.1/32'] };
  server = await startLoopback({ settings: { ...loopbackSettings, accounts, peers } });
});
afterAll(() => server?.close());

const known = { username: alice.username, credential: alice.password };

function uriOf(of: TurnServerHandle, transport: Transport, host = serverName): StunUri {
  const { port } = endpointOf(of, transport);
  const text = {
    udp: `turn:${host}:${port}`,
    tcp: `turn:${host}:${port}?transport=tcp`,
    tls: `turns:${host}:${port}`,
  };
  const parsed = parseStunUri(text[transport]);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.uri;
}

/** The name is not in any DNS: the addresses are given. */
async function check(uri: StunUri, options: Partial<CheckOptions> = {}) {
  const { report, broke } = await runCheck({
    uri,
    addresses: ['127.0.0.1'],
    bindAddress: '127.0.0.1',
    ca: certificate.cert,
    signal: AbortSignal.timeout(60_000),
    ...options,
  });
  expect(broke).toEqual([]);
  expect(turnReportSchema.safeParse(report).error).toBeUndefined();
  const { checks } = report.body;
  return {
    report,
    failed: checks.filter(({ status }) => status === 'failed').map(({ id }) => id),
    of: (id: string) => checks.find((row) => row.id === id),
  };
}

describe('every way to one server', () => {
  it('UDP, TCP and TLS: no fault, each allocates and relays', async () => {
    const others = (['tcp', 'tls'] as const).map((transport) => ({
      uri: uriOf(server, transport),
      address: '127.0.0.1',
    }));
    const { report, failed, of } = await check(uriOf(server, 'udp'), { ...known, others });
    expect(failed).toEqual([]);
    expect(of('T01')?.observed).toMatch(
      /transport=tcp: allocates and relays; turns:.*: allocates and relays/,
    );
    expect(of('T04')).toMatchObject({ status: 'passed' });
    expect(of('T06')).toMatchObject({ status: 'passed', observed: '1.2 yes, 1.3 yes, older no' });
    expect(of('T07')?.status).toBe('passed');
    expect(of('F07')?.observed.split(';')).toHaveLength(3);
    expect(JSON.stringify(report)).not.toContain(alice.password);
  });

  it.each(['tcp', 'tls'] as const)('the suite itself runs over %s', async (transport) => {
    // Where our second socket asks for its own address.
    const others = [{ uri: uriOf(server, 'udp'), address: '127.0.0.1' }];
    const { report, failed, of } = await check(uriOf(server, transport), { ...known, others });
    expect(failed).toEqual([]);
    expect(report.body.counts.passed).toBeGreaterThanOrEqual(70);
    expect(of('F01')?.status).toBe('passed');
    expect(of('S08')).toMatchObject({ status: 'skipped', observed: 'means something over UDP only' });
  });

  it('a port where nothing listens: the cause, and nothing else is tried', async () => {
    const gone = await startLoopback();
    const uri = uriOf(gone, 'tcp');
    await gone.close();
    const { report } = await check(uri, known);
    expect(report.body.unreachable?.code).toBe('refused');
    expect(report.body.counts).toMatchObject({ failed: 0, warned: 0, passed: 0 });
  });
});

describe('certificates', () => {
  const only = ['T'];

  it('expired', async () => {
    const old = await startLoopback({ certificate: expired });
    try {
      const { of } = await check(uriOf(old, 'tls'), { only, ...known, ca: expired.cert });
      expect(of('T04')).toMatchObject({ status: 'failed', severity: 'critical' });
      expect(of('T04')?.observed).toMatch(/expired \d+ days ago/);
      expect(of('T04')?.fix).toMatch(/reload/);
    } finally {
      await old.close();
    }
  });

  it('for another name', async () => {
    const { of } = await check(uriOf(server, 'tls', 'other.test'), { only, ...known });
    expect(of('T04')?.observed).toMatch(/another name/);
    expect(of('T04')?.fix).toMatch(/other\.test in subjectAltName/);
  });

  it('not signed by anybody we trust', async () => {
    const { of } = await check(uriOf(server, 'tls'), { only, ...known, ca: undefined });
    expect(of('T04')?.observed).toMatch(/not trusted: DEPTH_ZERO_SELF_SIGNED_CERT/);
  });

  it('another one than on disk', async () => {
    const { of } = await check(uriOf(server, 'tls'), { only, ...known, certificateOnDisk: 'AB:CD' });
    expect(of('T05')?.status).toBe('failed');
  });
});

describe('credentials from a shared secret', () => {
  it('with the secret more is tested, and nothing fails', async () => {
    const { failed, of } = await check(uriOf(server, 'udp'), { secret, only: ['A', 'F10'] });
    expect(failed).toEqual([]);
    for (const id of ['A15', 'A17', 'F10']) expect([id, of(id)?.status]).toEqual([id, 'passed']);
  });

  it('an application that signs with SHA-256 is told so', async () => {
    const { username } = mintRestCredential(secret, 'bob', Date.now() / 1000 + 600);
    const wrong = 'q'.repeat(43).concat('=');
    const { of } = await check(uriOf(server, 'udp'), { username, credential: wrong, only: ['A04', 'A18'] });
    expect(of('A04')).toMatchObject({ status: 'failed' });
    expect(of('A18')?.observed).toMatch(/as long as SHA-256/);
  });
});

describe('a server that is full', () => {
  it('is not blamed for the lifetimes that it grants', async () => {
    const quota = { perUser: 10, total: 1, bandwidth: null };
    const full = await startLoopback({ settings: { ...loopbackSettings, quota } });
    try {
      // The one allocation that there may be is held by the run itself.
      const { failed, of } = await check(uriOf(full, 'udp'), { ...known, only: ['L01', 'L18'] });
      expect(of('L01')).toMatchObject({
        status: 'skipped',
        observed: expect.stringMatching(/^1 s asked: (486|508) /),
      });
      expect(of('L18')?.status).toBe('passed');
      expect(failed).toEqual([]);
    } finally {
      await full.close();
    }
  });
});
