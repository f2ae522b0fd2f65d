/** `polynya turn check` judges our own TURN server: as it is by default, and with everything switched on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TurnReport } from '../../contract/turn-report.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { catalog } from '../../turn/check/catalog.ts';
import { type CheckOptions, runCheck } from '../../turn/io/run-check.ts';
import type { TurnServerHandle } from '../../turn/io/turn-server.ts';
import {
  alice,
  certificate,
  endpointOf,
  loopbackSettings,
  realm,
  secret,
  serverName,
  startLoopback,
} from './turn-stage.ts';

type Transport = 'udp' | 'tcp' | 'tls';
type Checked = TurnReport['body']['checks'];

const running: TurnServerHandle[] = [];
const passed = new Set<string>();
afterAll(() => Promise.all(running.map((server) => server.close())));

async function checked(
  server: TurnServerHandle,
  transport: Transport,
  more: Partial<CheckOptions>,
): Promise<Checked> {
  const scheme = transport === 'tls' ? 'turns' : 'turn';
  const { port } = endpointOf(server, transport);
  const text = `${scheme}:${serverName}:${port}?transport=${transport === 'udp' ? 'udp' : 'tcp'}`;
  const parsed = parseStunUri(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { report, broke } = await runCheck({
    uri: parsed.uri,
    addresses: ['127.0.0.1'],
    bindAddress: '127.0.0.1',
    ca: certificate.cert,
    ...more,
  });
  expect(broke).toEqual([]);
  for (const { id, status } of report.body.checks) if (status === 'passed') passed.add(id);
  return report.body.checks;
}

function bad(checks: Checked, excused: readonly string[]): string[] {
  return checks
    .filter(({ id, status }) => (status === 'failed' || status === 'warned') && !excused.includes(id))
    .map(({ id, observed }) => `${id}: ${observed}`);
}

describe('polynya turn check', () => {
  let plain: TurnServerHandle;
  let everything: TurnServerHandle;
  beforeAll(async () => {
    const quota = { perUser: 10, total: 1000, bandwidth: null };
    const peers = { allow: [], deny: [], lowestPort: 1024 };
    const ports = { first: 49_152, last: 65_535 };
    plain = await startLoopback({ settings: { ...loopbackSettings, peers, quota }, ports });
    everything = await startLoopback({
      settings: {
        ...loopbackSettings,
        accounts: { realm, users: {}, secrets: [secret] },
        peers: { ...loopbackSettings.peers, lowestPort: 1 },
        quota,
        tcpRelay: true,
        mobility: true,
        strictExpiry: true,
      },
      alternate: { address: '127.0.0.2', port: 0 },
      limits: { perSecond: 100_000, burst: 100_000 },
      ports,
    });
    running.push(plain, everything);
  });

  describe('finds no fault', { timeout: 150_000 }, () => {
    it.each(['udp', 'tcp', 'tls'] as const)('with the defaults, over %s', async (transport) => {
      const credentials = { username: alice.username, credential: alice.password };
      // Is there TLS on port 443 as well? Not on a test’s loopback.
      expect(bad(await checked(plain, transport, credentials), ['T03'])).toEqual([]);
    });

    it('with everything switched on, but for what that means', async () => {
      // T12 waits a minute; unit tests have it on their own clock.
      const only = catalog.map(({ id }) => id).filter((id) => id !== 'T12');
      const options = { secret, active: true, only };
      const meant = [
        // RFC 6062 and RFC 8016 are on, and so is RFC 5780: longer answers, and RESPONSE-PORT.
        ...['C01', 'M01', 'S17', 'S20'],
        // Loopback may be reached, down to port 1, and so may the listener on it.
        ...['X01', 'X09', 'X23'],
        // The limits are off.
        ...['A24', 'S24'],
        'T03',
      ];
      expect(bad(await checked(everything, 'udp', options), meant)).toEqual([]);
    });
  });

  it('has seen what only a running server can show', () => {
    const live = ['A20', 'L05', 'S21', 'S22', 'S23', 'S25', 'T09', 'T11'];
    expect(live.filter((id) => !passed.has(id))).toEqual([]);
    expect(passed.size).toBeGreaterThan(120);
  });
});
