/**
 * `polynya probe --gateway` behind kernel NATs whose routers run Debian's miniupnpd: how many NATs there are and what
 * the router speaks must be the truth, and the router must have no mapping more than before.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { type Miniupnpd, type MiniupnpdOptions, startMiniupnpd } from '../../scenarios/io/miniupnpd.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import type { BoxSpec, SitePlan, SiteSpec } from '../../scenarios/plan/topology.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver', 'miniupnpd', 'traceroute']);
if (obstacle !== null) console.warn(`probe --gateway skipped: ${obstacle}`);

interface Cell {
  readonly label: string;
  readonly boxes: readonly BoxSpec[];
  readonly between?: 'private';
  /** In the innermost router; null: it speaks no port-mapping protocol. */
  readonly router: Omit<MiniupnpdOptions, 'namespace' | 'config'> | null;
  /** Added to its configuration. */
  readonly config?: (site: SitePlan) => readonly string[];
  readonly levels: readonly [value: number | null, reason: string];
  /** null: not known; undefined: no verdict. */
  readonly carrierNat: boolean | null | undefined;
  readonly portMapping: readonly [value: readonly string[] | null, reason: string];
}

const home = {
  nat: { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' },
  firewall: null,
} as const satisfies BoxSpec;
const carrier: BoxSpec = {
  nat: { mapping: 'endpoint-independent', filtering: 'endpoint-independent', ports: 'random' },
  firewall: null,
};
const all = ['pcp', 'nat-pmp', 'upnp-igd'];
const none = [[], 'answered neither PCP, NAT-PMP nor UPnP'] as const;

const cells = [
  {
    label: 'one NAT, all protocols',
    boxes: [home],
    router: {},
    levels: [1, 'the one that servers see, and traces find it at hop 1'],
    carrierNat: false,
    portMapping: [all, 'NAT-PMP 0, outer address 11.78.'],
  },
  {
    label: 'one NAT, PCP and NAT-PMP only',
    boxes: [home],
    router: { upnp: false },
    levels: [1, '(NAT-PMP), the one that servers see'],
    carrierNat: false,
    portMapping: [['pcp', 'nat-pmp'], 'PCP 2; NAT-PMP 0'],
  },
  {
    label: 'one NAT, UPnP only',
    boxes: [home],
    router: { portControl: false },
    levels: [1, '(UPnP), the one that servers see'],
    carrierNat: false,
    portMapping: [['upnp-igd'], 'UPnP InternetGatewayDevice 2, “Debian router”, outer address 11.78.'],
  },
  {
    label: 'one NAT, nothing spoken',
    boxes: [home],
    router: null,
    levels: [1, 'the public address is at hop 1, that of the nearest router'],
    carrierNat: false,
    portMapping: none,
  },
  {
    label: 'behind a carrier’s NAT, the router without an address to give out',
    boxes: [home, carrier],
    router: {},
    levels: [2, 'has no outer address to give out, and the public address is at hop 2'],
    carrierNat: true,
    portMapping: [all, 'NAT-PMP 0, refuses with code 3 (network failure)'],
  },
  {
    label: 'behind a carrier’s NAT, nothing spoken',
    boxes: [home, carrier],
    router: null,
    levels: [2, 'of a carrier’s NAT (100.64.0.0/10, RFC 6598), and the public address is at hop 2'],
    carrierNat: true,
    portMapping: none,
  },
  {
    label: 'behind a carrier’s NAT, the router told the public address in its settings',
    boxes: [home, carrier],
    router: {},
    config: ({ natAddresses }) => [`ext_ip=${natAddresses[0]}`],
    levels: [null, 'but the public address is at hop 2'],
    carrierNat: true,
    portMapping: [all, 'NAT-PMP 0, outer address 11.78.'],
  },
  {
    label: 'one NAT without conntrack, nothing spoken',
    boxes: [{ ...home, nat: { ...home.nat, engine: 'table' } }],
    router: null,
    levels: [1, 'the public address is at hop 1, that of the nearest router'],
    carrierNat: false,
    portMapping: none,
  },
  {
    label: 'one NAT with four addresses',
    boxes: [{ ...home, nat: { ...home.nat, poolSize: 4, pairing: 'arbitrary' } }],
    router: {},
    levels: [1, 'at hop 1'],
    carrierNat: false,
    portMapping: [all, 'NAT-PMP 0, outer address 11.78.'],
  },
  {
    label: 'behind a second router of the house',
    boxes: [home, home],
    between: 'private',
    router: {},
    levels: [2, 'has no outer address to give out, and the public address is at hop 2'],
    carrierNat: null,
    portMapping: [all, 'NAT-PMP 0, refuses with code 3'],
  },
  {
    label: 'behind a second router of the house, nothing spoken: not told from a plain router',
    boxes: [home, home],
    between: 'private',
    router: null,
    levels: [null, 'the public address is at hop 2'],
    carrierNat: null,
    portMapping: none,
  },
  {
    label: 'one NAT behind a plain router',
    boxes: [{ nat: null, firewall: null }, home],
    between: 'private',
    router: null,
    levels: [null, 'the public address is at hop 2'],
    carrierNat: null,
    portMapping: none,
  },
  {
    label: 'no NAT',
    boxes: [],
    router: null,
    levels: [0, 'no translation'],
    carrierNat: undefined,
    portMapping: [null, 'no router was asked, since the local address 11.78.'],
  },
] satisfies Cell[];
const runs: (Cell & { site: string })[] = cells.map((cell, index) => ({ ...cell, site: `s${index}` }));

describe.skipIf(obstacle !== null)('polynya probe --gateway', () => {
  let lab: Lab;
  let server = '';
  const routers = new Map<string, Miniupnpd>();

  function siteOf(name: string): SitePlan {
    const site = lab.topology.sites.find((candidate) => candidate.name === name);
    if (site === undefined) throw new Error(`no site ${name}`);
    return site;
  }

  beforeAll(async () => {
    requireBuilt();
    const sites = runs.map(({ site, boxes, between }): SiteSpec => {
      return { name: site, hosts: 1, boxes, ...(between !== undefined && { between }) };
    });
    lab = await buildLab({ sites });
    const { uri } = await startCoturn(lab);
    server = uri;
    for (const { site, router, config } of runs) {
      const plan = siteOf(site);
      const namespace = plan.boxes[0]?.namespace;
      if (router === null || namespace === undefined) continue;
      routers.set(site, await startMiniupnpd(lab, { ...router, namespace, config: config?.(plan) ?? [] }));
    }
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  it.concurrent.for(runs)(
    '$label',
    { timeout: 40_000 },
    async ({ site, levels, carrierNat, portMapping }) => {
      const [client] = siteOf(site).hosts;
      if (client === undefined) throw new Error(`no host in ${site}`);
      const argv = [process.execPath, builtCli, 'probe', '--json', '--gateway', server];
      const { stdout, stderr } = await lab.run(client.namespace, argv, { timeoutMs: 30_000 });
      const body: NatReportBody = JSON.parse(stdout).body;
      const said = (name: string) => {
        const verdict = body.verdicts.find((v) => v.name === name);
        return [verdict?.value, verdict?.reason];
      };
      const trace = `${stderr}\n${JSON.stringify(body.evidence.filter((e) => e.purpose.startsWith('gateway/')))}`;
      expect(said('natLevels'), trace).toEqual([levels[0], expect.stringContaining(levels[1])]);
      expect(said('portMapping'), trace).toEqual([portMapping[0], expect.stringContaining(portMapping[1])]);
      expect(said('carrierNat')[0], trace).toBe(carrierNat);
      expect(body.nat.natLevels).toBe(levels[0]);
      expect(await routers.get(site)?.mappings(), routers.get(site)?.log()).toEqual(
        routers.has(site) ? [] : undefined,
      );
    },
  );

  it.concurrent.for(runs.filter(({ router, boxes }) => router === null && boxes.length > 0))(
    'says the same where the router’s answers are used up: $label',
    { timeout: 60_000 },
    async ({ site, levels }) => {
      const [client] = siteOf(site).hosts;
      if (client === undefined) throw new Error(`no host in ${site}`);
      const router = client.address.replace(/\d+$/, '1');
      // Each datagram to a closed port takes one of six answers; one more comes every second.
      const emptied = await lab.run(client.namespace, [process.execPath, '-e', knockAtClosedPorts, router]);
      expect(emptied.code, emptied.stderr).toBe(0);
      const argv = [process.execPath, builtCli, 'probe', '--json', '--gateway', server];
      const { stdout } = await lab.run(client.namespace, argv, { timeoutMs: 30_000 });
      const { verdicts, evidence }: NatReportBody = JSON.parse(stdout).body;
      const verdict = verdicts.find(({ name }) => name === 'natLevels');
      expect(evidence.find(({ id }) => id === 'gt1')?.notes.join()).toContain('asked once more');
      const hops = JSON.stringify(evidence.flatMap((one) => one.hops ?? []));
      expect([verdict?.value, verdict?.reason], hops).toEqual([
        levels[0],
        expect.stringContaining(levels[1]),
      ]);
    },
  );

  it('a mapping, had one been made, would have been seen', async () => {
    const [client] = siteOf('s0').hosts;
    const router = routers.get('s0');
    if (client === undefined || router === undefined) throw new Error('no router in s0');
    const asked = await lab.run(client.namespace, [process.execPath, '-e', mapPort, '192.168.1.1']);
    expect(asked.code, asked.stderr).toBe(0);
    expect(await router.mappings()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^UDP:/), expect.stringContaining('dnat')]),
    );
  });
});

const knockAtClosedPorts = `
const socket = require('node:dgram').createSocket('udp4');
for (let port = 9001; port <= 9020; port += 1) socket.send('?', port, process.argv[1]);
setTimeout(() => socket.close(), 100);
`;

/** RFC 6886 §3.3: maps UDP port 5000 for two minutes. */
const mapPort = `
const socket = require('node:dgram').createSocket('udp4');
const limit = setTimeout(() => process.exit(1), 5000);
socket.on('message', (bytes) => { clearTimeout(limit); process.exitCode = bytes.readUInt16BE(2); socket.close(); });
socket.send(Buffer.from('000100001388138800000078', 'hex'), 5351, process.argv[1]);
`;
