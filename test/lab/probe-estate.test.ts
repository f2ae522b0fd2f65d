/** `polynya probe` at twelve TURN URLs, half of them dead, from networks with and without UDP: the cause of each. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { buildLab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { startTurnEstate, type TurnEstate } from '../../scenarios/io/turn-estate.ts';
import type { FirewallSpec } from '../../scenarios/plan/firewall-rules.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'openssl']);
if (obstacle !== null) console.warn(`probe of an estate skipped: ${obstacle}`);

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;

async function probed(
  firewall: FirewallSpec | null,
): Promise<{ body: NatReportBody; servers: Record<string, string>; estate: TurnEstate }> {
  const lab = await buildLab({ nat: home, firewall });
  try {
    const estate = await startTurnEstate(lab);
    const argv = [process.execPath, builtCli, 'probe', '--json', '--ice-servers', estate.iceServersFile];
    const ended = await lab.run(lab.client, argv, { timeoutMs: 60_000, env: estate.env });
    // Some servers failed, which is a result.
    expect(ended, ended.stderr).toMatchObject({ code: 1, timedOut: false });
    const { body }: { body: NatReportBody } = JSON.parse(ended.stdout);
    const servers = Object.fromEntries(body.servers.map((s) => [s.url, s.failure?.code ?? s.status]));
    return { body, servers, estate };
  } finally {
    await lab.close();
  }
}

describe.skipIf(obstacle !== null)('twelve TURN URLs, half of them dead', () => {
  beforeAll(() => {
    requireBuilt();
  });

  it('each has its cause', async () => {
    const { body, servers, estate } = await probed(null);
    expect(servers).toEqual({ [estate.stunUri]: 'ok', ...estate.expected });
    expect(body.headline.code).toBe('direct-works');
    expect(body.run.headlineMs).toBeLessThan(body.run.durationMs);
  }, 60_000);

  it('where UDP is dropped the network is blamed for UDP, and the relay that works is named', async () => {
    const { body, servers, estate } = await probed({ kind: 'udp-blocked' });
    const overUdp = Object.keys(estate.expected).filter((url) => !url.includes('transport=tcp'));
    const blocked = Object.fromEntries([...overUdp, estate.stunUri].map((url) => [url, 'udp-blocked']));
    expect(servers).toEqual({ ...estate.expected, ...blocked });
    expect(body.headline).toMatchObject({ code: 'udp-blocked-relay-works', status: 'limited' });
    expect(body.headline.sentence).toContain('TCP, TLS');
    expect(body.nat.udp).toBe('blocked');
    expect(body.run.headlineMs).toBeLessThan(body.run.durationMs);
  }, 60_000);

  it('where only TCP 443 passes, TLS on 443 is what works', async () => {
    const { body, servers } = await probed({ kind: 'tcp-443-only' });
    const working = Object.keys(servers).filter((url) => servers[url] === 'ok');
    expect(working).toEqual([expect.stringMatching(/^turns:.*:443\?transport=tcp$/)]);
    expect(body.headline.code).toBe('udp-blocked-relay-works');
    expect(body.headline.sentence).toContain('over TLS.');
  }, 60_000);
});
