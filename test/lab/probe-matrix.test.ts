/**
 * The built `polynya probe` behind every kind of NAT that the kernel can be, asked of two servers: real coturn and our
 * own. Every verdict must be the truth.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Behaviour, LegacyName, NatReportBody, NatSummary } from '../../contract/nat-report.ts';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import type { ExecResult } from '../../scenarios/io/exec.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import type { Dependence } from '../../scenarios/nat-behaviour.ts';
import { type NatSpec, natLabel } from '../../scenarios/plan/nat-spec.ts';
import type { BoxSpec, SitePlan } from '../../scenarios/plan/topology.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`probe matrix skipped: ${obstacle}`);

type Truth = Partial<NatSummary> & Pick<NatSummary, 'udp' | 'legacy'>;
interface Cell {
  readonly label: string;
  readonly boxes: readonly BoxSpec[];
  readonly truth: Truth;
}

const standard = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;

/** RFC 3489 s5; a mapping that depends on anything is called symmetric whatever the filter. */
function legacyName(mapping: Behaviour, filtering: Dependence): LegacyName {
  if (mapping !== 'endpoint-independent') return 'symmetric';
  if (filtering === 'endpoint-independent') return 'full-cone';
  return filtering === 'address-dependent' ? 'restricted-cone' : 'port-restricted-cone';
}

function behind(nat: NatSpec, more: Partial<NatSummary> = {}): Cell {
  const { mapping, filtering } = nat;
  const legacy = legacyName(mapping, filtering);
  const truth: Truth = { udp: 'open', behindNat: true, mapping, filtering, legacy, ...more };
  return { label: natLabel(nat), boxes: [{ nat, firewall: null }], truth };
}

const nineTimesTwo = (['session', 'table'] as const).flatMap((engine) =>
  standard.flatMap((mapping) =>
    standard.map((filtering) => behind({ engine, mapping, filtering, ports: 'sequential' })),
  ),
);

const portDependent = [
  behind({ mapping: 'endpoint-independent', filtering: 'port-dependent', ports: 'random' }),
  behind({ mapping: 'port-dependent', filtering: 'port-dependent', ports: 'random' }),
];

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
const portPolicies = (['preserving', 'sequential', 'random', 'parity-preserving'] as const).map((ports) =>
  behind({ ...home, ports, seed: 3 }, { portAllocation: ports }),
);
const pools = (['paired', 'arbitrary'] as const).map((pairing) =>
  behind({ ...home, ports: 'random', poolSize: 3, pairing }, { ipPooling: pairing }),
);

const open = { udp: 'open', mapping: 'endpoint-independent', behindNat: false } as const;
const blocked = {
  udp: 'blocked',
  legacy: 'udp-blocked',
  mapping: 'inconclusive',
  filtering: 'inconclusive',
} as const;
const others: Cell[] = [
  {
    label: 'no NAT',
    boxes: [],
    truth: { ...open, filtering: 'endpoint-independent', legacy: 'open-internet' },
  },
  {
    label: 'stateful firewall, no NAT',
    boxes: [{ nat: null, firewall: { kind: 'stateful', filtering: 'address-and-port-dependent' } }],
    truth: { ...open, filtering: 'address-and-port-dependent', legacy: 'symmetric-udp-firewall' },
  },
  {
    label: 'address-dependent firewall, no NAT',
    boxes: [{ nat: null, firewall: { kind: 'stateful', filtering: 'address-dependent' } }],
    truth: { ...open, filtering: 'address-dependent', legacy: 'symmetric-udp-firewall' },
  },
  {
    label: 'two NATs in a row',
    boxes: [
      { nat: { mapping: 'endpoint-independent', filtering: 'address-dependent' }, firewall: null },
      { nat: { mapping: 'address-dependent', filtering: 'endpoint-independent' }, firewall: null },
    ],
    truth: {
      udp: 'open',
      behindNat: true,
      mapping: 'address-dependent',
      filtering: 'address-dependent',
      legacy: 'symmetric',
    },
  },
  { label: 'UDP dropped', boxes: [{ nat: home, firewall: { kind: 'udp-blocked' } }], truth: blocked },
  { label: 'UDP rejected', boxes: [{ nat: home, firewall: { kind: 'udp-rejected' } }], truth: blocked },
];

const cells = [...nineTimesTwo, ...portDependent, ...portPolicies, ...pools, ...others].map(
  (cell, index) => ({
    ...cell,
    site: `s${index}`,
  }),
);

describe.skipIf(obstacle !== null)('polynya probe names every NAT right', () => {
  let lab: Lab;
  const servers = { coturn: '', 'polynya serve': '' };

  beforeAll(async () => {
    requireBuilt();
    // One Internet with all NATs on it, and both servers in it: a lab for each cell would measure start-up times.
    lab = await buildLab({ sites: cells.map(({ site, boxes }) => ({ name: site, hosts: 1, boxes })) });
    const [coturn, own] = await Promise.all([startCoturn(lab), startOwnServer(lab)]);
    servers.coturn = coturn.uri;
    servers['polynya serve'] = own;
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  const runs = (['coturn', 'polynya serve'] as const).flatMap((server) =>
    cells.map((cell) => ({ ...cell, server })),
  );
  it.concurrent.for(runs)('$server: $label', { timeout: 30_000 }, async (run) => {
    const probed = await probe(lab, run.site, servers[run.server]);
    await explained(lab, probed, () => {
      const { report, site, clientAddress } = probed;
      expect(report?.nat).toMatchObject(run.truth);
      if (report?.nat.udp === 'open') {
        expect(addressesOf(report)).toEqual(expectedAddresses(run, site.natAddresses, clientAddress));
      }
    });
  });

  it('is exact behind all of them on a network that loses 10 % of all packets, each way', {
    timeout: 120_000,
  }, async () => {
    const sites = cells.map(({ site, boxes }) => ({ name: site, hosts: 1, boxes }));
    const lossy = await buildLab({ sites, lossRate: 0.1 });
    try {
      const coturn = await startCoturn(lossy);
      const open: string[] = [];
      const waiting = [...cells];
      const work = async () => {
        for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
          const { site, truth, label } = cell;
          const probed = await probe(lossy, site, coturn.uri);
          await explained(lossy, probed, () => {
            const { udp, mapping, filtering } = truth;
            expect(probed.report?.nat).toMatchObject({
              udp,
              mapping: expect.toBeOneOf([mapping, 'inconclusive']),
              filtering: expect.toBeOneOf([filtering, 'inconclusive']),
            });
            const { nat } = probed.report ?? {};
            if (nat?.mapping !== mapping || nat?.filtering !== filtering) open.push(label);
          });
        }
      };
      await Promise.all([work(), work(), work()]);
      // Loss is not seeded here: one open verdict in thirty-two is luck, more are a fault.
      expect(open.length, open.join('\n')).toBeLessThanOrEqual(1);
    } finally {
      await lossy.close();
    }
  });
});

interface Probed {
  readonly report: NatReportBody | null;
  readonly result: ExecResult;
  readonly site: SitePlan;
  readonly clientAddress: string;
}

async function probe(lab: Lab, siteName: string, server: string): Promise<Probed> {
  const site = lab.topology.sites.find(({ name }) => name === siteName);
  const [client] = site?.hosts ?? [];
  if (site === undefined || client === undefined) throw new Error(`no site ${siteName}`);
  const argv = [process.execPath, builtCli, 'probe', '--json', server];
  const result = await lab.run(client.namespace, argv, { timeoutMs: 25_000 });
  return { report: bodyOf(result.stdout), result, site, clientAddress: client.address };
}

function bodyOf(stdout: string): NatReportBody | null {
  try {
    return JSON.parse(stdout).body;
  } catch {
    return null;
  }
}

/** A failure shows what was sent, what came back and what the routers remember. */
async function explained(lab: Lab, { report, result, site }: Probed, check: () => void): Promise<void> {
  try {
    check();
  } catch (error) {
    if (error instanceof Error) {
      const packets = report === null ? result.stdout.slice(0, 2_000) : packetsOf(report);
      const routers = await lab.evidence(site.boxes.map(({ namespace }) => namespace));
      error.message += `\nexit code ${result.code}\n${result.stderr}\n${packets}\n${routers}`;
    }
    throw error;
  }
}

/** Our own STUN server beside coturn, on the same addresses and other ports. */
async function startOwnServer(lab: Lab): Promise<string> {
  const [address, alternateAddress] = lab.serverAddresses;
  const config = join(lab.folder('serve'), 'serve.yaml');
  // JSON is YAML.
  const stun = { address, alternateAddress, port: 4478, alternatePort: 4479 };
  writeFileSync(config, JSON.stringify({ host: address, port: 7478, store: ':memory:', stun }));
  const serving = lab.spawn(lab.server, [process.execPath, builtCli, 'serve', '--config', config]);
  const [uri] = await serving.waitFor(/stun:[\d.]+:\d+/, 30_000);
  return uri;
}

function addressesOf(report: NatReportBody): string[] {
  return [...new Set(report.nat.publicEndpoints.map((text) => text.slice(0, text.lastIndexOf(':'))))].sort();
}

/** A pool shows as many of its addresses as the sockets happened to get: all when arbitrary, one when paired. */
function expectedAddresses(cell: Cell, natAddresses: readonly string[], clientAddress: string): unknown {
  if (natAddresses.length === 0) return [clientAddress];
  if (cell.truth.ipPooling === 'paired') return [expect.toBeOneOf([...natAddresses])];
  return [...natAddresses].sort();
}

/** Each verdict with its reason; then each packet on a line. */
function packetsOf(report: NatReportBody): string {
  const verdicts = report.verdicts.map(
    ({ name, value, confidence, reason }) =>
      `${name} = ${String(value)} (${confidence.toFixed(3)}): ${reason}`,
  );
  const packets = report.evidence.map(({ id, purpose, local, to, sentMs, outcome, from, rttMs, xorMapped }) =>
    [
      id,
      purpose,
      `${local?.address}:${local?.port} > ${to.address}:${to.port}`,
      `sent ${sentMs.map((ms) => ms.toFixed(0)).join(' ')}`,
      outcome,
      from === null ? '' : `from ${from.address}:${from.port} after ${rttMs?.toFixed(1)} ms`,
      xorMapped === null ? '' : `saw ${xorMapped.address}:${xorMapped.port}`,
    ].join('  '),
  );
  return [...verdicts, ...packets].join('\n');
}
