/**
 * The built `polynya probe` where kernel NATs, their neighbours and coturn make it hard: Linux masquerade and its
 * clashes, pools, two NATs, short timeouts, a network that lets out TCP 443 only, servers without a working alternate.
 * The same situations are in `bench/accuracy/` on the virtual clock.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { type Coturn, startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import type { SiteSpec } from '../../scenarios/plan/topology.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`hard situations skipped: ${obstacle}`);

const EI = 'endpoint-independent';
const APD = 'address-and-port-dependent';
const home = { mapping: EI, filtering: APD } as const;
const router = { nat: null, firewall: null };
const sites: readonly SiteSpec[] = [
  { name: 'masq', hosts: 1, boxes: [router] },
  { name: 'masqopen', hosts: 1, boxes: [router] },
  { name: 'masqclash', hosts: 2, boxes: [router] },
  { name: 'taken', hosts: 2, boxes: [{ nat: { ...home, ports: 'preserving' }, firewall: null }] },
  {
    name: 'pool',
    hosts: 1,
    boxes: [{ nat: { mapping: APD, filtering: APD, poolSize: 4, pairing: 'arbitrary' }, firewall: null }],
  },
  { name: 'short', hosts: 1, boxes: [{ nat: { ...home, lifetimeSec: 1, ports: 'random' }, firewall: null }] },
  {
    name: 'cgn',
    hosts: 1,
    boxes: [
      { nat: home, firewall: null },
      { nat: { mapping: EI, filtering: EI, ports: 'random' }, firewall: null },
    ],
  },
  { name: 'web', hosts: 1, boxes: [{ nat: home, firewall: { kind: 'tcp-443-only' } }] },
  { name: 'plain', hosts: 1, boxes: [{ nat: home, firewall: null }] },
];

/** What `iptables -t nat -A POSTROUTING -j MASQUERADE` makes of a router; most drop what nobody asked for. */
function masquerade(acceptsInput: boolean): string {
  const drop = inputChain('iifname wan meta l4proto udp drop');
  return table([
    ['chain post {', 'type nat hook postrouting priority srcnat;', 'oifname wan masquerade', '}'],
    ...(acceptsInput ? [] : [drop]),
  ]);
}

const inputChain = (rule: string) => ['chain input {', 'type filter hook input priority filter;', rule, '}'];
const table = (chains: readonly (readonly string[])[]) =>
  ['table ip situation {', ...chains.flat(), '}', ''].join('\n');

/** Local ports of the probing host where a neighbour shall have the same ones. */
const sharedPorts = [50_000, 50_063] as const;

/** A neighbour that speaks from each of these ports to each of these endpoints, and ends. */
const speak = `
const dgram = require('node:dgram');
const [first, last, ...targets] = JSON.parse(process.argv[1]);
for (let port = first; port <= last; port += 1) {
  const socket = dgram.createSocket('udp4');
  socket.bind(port, () => {
    let left = targets.length;
    const done = () => { left -= 1; if (left === 0) socket.close(); };
    for (const { address, port: to } of targets) socket.send('hello', to, address, done);
  });
}`;

describe.skipIf(obstacle !== null)('polynya probe where it is hard', () => situations(0));
// Loss is not seeded in the kernel: one open verdict is luck, the same one twice is a fault.
describe.skipIf(obstacle !== null)('with 10 % of the packets lost each way', { retry: 1 }, () =>
  situations(0.1),
);

function situations(lossRate: number): void {
  let lab: Lab;
  let coturn: Coturn;
  const uris = { full: '', alone: '', dead: '', web: '' };

  beforeAll(async () => {
    requireBuilt();
    lab = await buildLab({ sites, lossRate });
    const [first, second] = lab.serverAddresses;
    const [full, alone, dead, web] = await Promise.all([
      startCoturn(lab),
      startCoturn(lab, { port: 5478, addresses: [first], config: ['no-rfc5780'] }),
      startCoturn(lab, { port: 6478 }),
      startCoturn(lab, { port: 443, addresses: [first], username: 'web', config: ['no-rfc5780'] }),
    ]);
    coturn = web;
    Object.assign(uris, { full: full.uri, alone: alone.uri, dead: dead.uri, web: web.turnUri });
    // The alternate address of that server dies after it has come up.
    await nft(lab.server, table([inputChain(`ip daddr ${second} udp dport { 6478, 6479 } drop`)]));
    await nft(boxOf('masq'), masquerade(false));
    await nft(boxOf('masqopen'), masquerade(true));
    await nft(boxOf('masqclash'), masquerade(false));
    const corners = [first, second].flatMap((address) => [3478, 3479].map((port) => ({ address, port })));
    await takePorts('taken', corners);
    await takePorts('masqclash', [{ address: second, port: 3479 }]);
  }, 120_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  function siteOf(name: string) {
    const site = lab.topology.sites.find((one) => one.name === name);
    if (site === undefined) throw new Error(`no site ${name}`);
    return site;
  }
  const boxOf = (name: string) => siteOf(name).boxes[0]?.namespace ?? '';
  const hostOf = (name: string, index = 0) => siteOf(name).hosts[index]?.namespace ?? '';

  async function run(namespace: string, argv: readonly string[], stdin?: string): Promise<string> {
    const result = await lab.run(namespace, argv, {
      timeoutMs: 30_000,
      ...(stdin !== undefined && { stdin }),
    });
    if (result.code !== 0) throw new Error(`${argv[0]} ended with ${result.code}\n${result.stderr}`);
    return result.stdout;
  }
  const nft = (namespace: string, rules: string) => run(namespace, ['nft', '-f', '-'], rules);

  /** The neighbour has had every port that the probing host may get. */
  async function takePorts(
    site: string,
    targets: readonly { address: string; port: number }[],
  ): Promise<void> {
    await run(hostOf(site), ['sysctl', '-qw', `net.ipv4.ip_local_port_range=${sharedPorts.join(' ')}`]);
    await run(hostOf(site, 1), [process.execPath, '-e', speak, JSON.stringify([...sharedPorts, ...targets])]);
  }

  async function probe(site: string, ...args: readonly string[]): Promise<NatReportBody> {
    const result = await lab.run(hostOf(site), [process.execPath, builtCli, 'probe', '--json', ...args], {
      timeoutMs: 60_000,
    });
    try {
      return JSON.parse(result.stdout).body;
    } catch {
      throw new Error(`exit code ${result.code}\n${result.stderr}\n${result.stdout.slice(0, 2_000)}`);
    }
  }
  const reasonOf = (body: NatReportBody, name: string) => {
    return body.verdicts.find((verdict) => verdict.name === name)?.reason ?? '';
  };
  const all = (body: NatReportBody) => JSON.stringify(body.verdicts, null, 1);

  it.each([
    ['masq', 'Linux masquerade'],
    ['masqopen', 'Linux masquerade whose router accepts stray packets'],
    ['taken', 'a NAT that keeps ports, all of them taken by a neighbour'],
    ['short', 'a NAT that forgets after one second'],
    ['cgn', 'a home router behind an open carrier-grade NAT'],
  ])('%s: %s is endpoint-independent with the strictest filter', async (site) => {
    const body = await probe(site, uris.full);
    expect(body.nat, all(body)).toMatchObject({ behindNat: true, udp: 'open', mapping: EI, filtering: APD });
  });

  it('masqclash: a port that a neighbour has to one endpoint of the server does not look like dependence', async () => {
    const body = await probe('masqclash', uris.full);
    expect(body.nat, all(body)).toMatchObject({ behindNat: true, mapping: EI, filtering: APD });
    expect(reasonOf(body, 'mapping')).toContain(`but for ${lab.serverAddresses[1]}:3479`);
  });

  it('pool: four addresses in turn with ports kept are not taken for one', async () => {
    const body = await probe('pool', uris.full);
    expect(body.nat, all(body)).toMatchObject({ mapping: APD, filtering: APD, ipPooling: 'arbitrary' });
  });

  it('web: where only TCP 443 gets out, UDP is blocked and the way out is named', async () => {
    const credentials = ['--username', coturn.username, '--credential', coturn.password];
    const body = await probe('web', uris.full, `${uris.web}?transport=tcp`, ...credentials);
    expect(body.nat, all(body)).toMatchObject({
      udp: 'blocked',
      legacy: 'udp-blocked',
      mapping: 'inconclusive',
    });
    expect(reasonOf(body, 'udp')).toContain('TCP to port 443 worked');
    expect(body.servers.find(({ transport }) => transport === 'tcp')?.status).toBe('ok');
  });

  it('plain: a server without alternate leaves both axes open and says why', async () => {
    const body = await probe('plain', uris.alone);
    expect(body.nat, all(body)).toMatchObject({
      behindNat: true,
      mapping: 'inconclusive',
      filtering: 'inconclusive',
    });
    expect(reasonOf(body, 'mapping')).toContain('only one destination');
    expect(reasonOf(body, 'filtering')).toMatch(/alternate|CHANGE-REQUEST/);
  });

  it('plain: a server whose alternate address is dead leaves open what only that could show', async () => {
    const body = await probe('plain', uris.dead);
    expect(body.nat, all(body)).toMatchObject({
      behindNat: true,
      mapping: 'inconclusive',
      filtering: 'inconclusive',
    });
    expect(reasonOf(body, 'mapping')).toContain(`${lab.serverAddresses[1]}:6478`);
    const possible = body.verdicts.find(({ name }) => name === 'mapping')?.possible;
    expect(possible).toEqual([EI, 'address-dependent']);
  });
}
