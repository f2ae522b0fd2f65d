/**
 * `polynya probe --hairpin --lifetime` behind kernel NATs, asked of real coturn and of our own server: what a NAT turns
 * back and how long it remembers must be the truth, or an honest "unknown".
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { startCoturn } from '../../scenarios/io/coturn.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import { type NatSpec, natLabel } from '../../scenarios/plan/nat-spec.ts';
import type { BoxSpec } from '../../scenarios/plan/topology.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']);
if (obstacle !== null) console.warn(`probe behaviours skipped: ${obstacle}`);

interface Cell {
  readonly label: string;
  readonly boxes: readonly BoxSpec[];
  readonly hairpin: readonly [value: string, reason: string];
  /** Of idle times 2, 4 and 6 s. */
  readonly lifetime: readonly [value: number | null, reason: string];
  /** Do packets from outside keep a mapping alive? Undefined: there is nothing to keep. */
  readonly inbound?: readonly [value: 'yes' | 'no' | 'unknown', reason: string];
  /** Plain Linux masquerading whose conntrack entries live for three seconds, instead of rules of ours. */
  readonly conntrack?: true;
}

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
const open = { mapping: 'endpoint-independent', filtering: 'endpoint-independent' } as const;
const symmetric = {
  mapping: 'address-and-port-dependent',
  filtering: 'address-and-port-dependent',
} as const;
const turnedBack = ['yes', 'with its public source'] as const;
const dropped = ['no', 'none of'] as const;
const threeSeconds = [2, 'alive after 2 s without traffic, gone after 4 s'] as const;
const longer = [6, 'at least 6 s'] as const;

function behind(nat: NatSpec, truth: Pick<Cell, 'hairpin' | 'lifetime'>): Cell {
  const label = `${natLabel(nat)}, ${nat.lifetimeSec ?? 30} s`;
  const inbound = nat.lifetimeSec === undefined ? lasting : forgotten;
  return { label, boxes: [{ nat, firewall: null }], inbound, ...truth };
}

/** Our rules count from the last packet from inside. */
const forgotten = ['no', 'gone after'] as const;
const lasting = ['unknown', 'no mapping expired'] as const;

const truths: readonly Cell[] = [
  behind({ ...home, hairpin: true, lifetimeSec: 3 }, { hairpin: turnedBack, lifetime: threeSeconds }),
  behind({ ...open, hairpin: true, ports: 'random' }, { hairpin: turnedBack, lifetime: longer }),
  behind({ ...home, ports: 'sequential' }, { hairpin: dropped, lifetime: longer }),
  behind({ ...home, engine: 'table', lifetimeSec: 3 }, { hairpin: dropped, lifetime: threeSeconds }),
  behind(
    { ...symmetric, ports: 'random', lifetimeSec: 3 },
    { hairpin: ['unknown', 'which filtering explains as well'], lifetime: threeSeconds },
  ),
  {
    label: 'firewall without NAT, 3 s',
    boxes: [{ nat: null, firewall: { kind: 'stateful', lifetimeSec: 3, filtering: 'address-dependent' } }],
    hairpin: ['unknown', 'no NAT'],
    lifetime: threeSeconds,
    inbound: forgotten,
  },
  {
    // Conntrack counts from the last packet either way.
    label: 'Linux masquerade, 3 s',
    boxes: [{ nat: null, firewall: null }],
    conntrack: true,
    hairpin: dropped,
    lifetime: threeSeconds,
    inbound: ['yes', 'others were gone after 4 s'],
  },
  {
    label: 'no NAT',
    boxes: [],
    hairpin: ['unknown', 'no NAT'],
    lifetime: [null, 'nothing that could expire'],
  },
];
const cells = truths.map((cell, index) => ({ ...cell, site: `s${index}` }));

describe.skipIf(obstacle !== null)('polynya probe --hairpin --lifetime 2,4,6', () => {
  let lab: Lab;
  const servers = { coturn: '', 'polynya serve': '' };

  beforeAll(async () => {
    requireBuilt();
    lab = await buildLab({ sites: cells.map(({ site, boxes }) => ({ name: site, hosts: 1, boxes })) });
    await Promise.all(cells.filter(({ conntrack }) => conntrack).map(({ site }) => masquerade(site)));
    const [coturn, own] = await Promise.all([startCoturn(lab), startOwnServer(lab)]);
    servers.coturn = coturn.uri;
    servers['polynya serve'] = own;
  }, 60_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  async function masquerade(site: string): Promise<void> {
    const box = lab.topology.sites.find(({ name }) => name === site)?.boxes[0]?.namespace ?? '';
    const rules = [
      'table ip lab_conntrack {',
      '  chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }',
      '  chain input { type filter hook input priority filter; meta l4proto udp drop; }',
      '}',
    ];
    const loaded = await lab.run(box, ['nft', '-f', '-'], { stdin: `${rules.join('\n')}\n` });
    const times = ['udp_timeout', 'udp_timeout_stream'].map((name) => `net.netfilter.nf_conntrack_${name}=3`);
    const set = await lab.run(box, ['sysctl', '-q', '-w', ...times]);
    expect([loaded.stderr, set.stderr]).toEqual(['', '']);
  }

  const runs = (['coturn', 'polynya serve'] as const).flatMap((server) =>
    cells.map((cell) => ({ ...cell, server })),
  );
  it.concurrent.for(runs)('$server: $label', { timeout: 40_000 }, async (cell) => {
    const site = lab.topology.sites.find(({ name }) => name === cell.site);
    const [client] = site?.hosts ?? [];
    if (client === undefined) throw new Error(`no site ${cell.site}`);
    const argv = [process.execPath, builtCli, 'probe', '--json', servers[cell.server]];
    const asked = [...argv, '--hairpin', '--lifetime', '2,4,6'];
    const { stdout, stderr } = await lab.run(client.namespace, asked, { timeoutMs: 30_000 });
    const body = bodyOf(stdout);
    const said = (name: string) => {
      const verdict = body?.verdicts.find((v) => v.name === name);
      return [verdict?.value, verdict?.reason];
    };
    const trace = `${stderr}\n${packetsOf(body)}`;
    const { hairpin, lifetime } = cell;
    expect(said('hairpin'), trace).toEqual([hairpin[0], expect.stringContaining(hairpin[1])]);
    expect(said('bindingLifetimeSec'), trace).toEqual([lifetime[0], expect.stringContaining(lifetime[1])]);
    const { inbound } = cell;
    const refresh =
      inbound === undefined ? [undefined, undefined] : [inbound[0], expect.stringContaining(inbound[1])];
    expect(said('inboundRefresh'), trace).toEqual(refresh);
    expect(body?.nat).toMatchObject({ hairpin: hairpin[0], bindingLifetimeSec: lifetime[0] });
  });
});

function bodyOf(stdout: string): NatReportBody | null {
  try {
    return JSON.parse(stdout).body;
  } catch {
    return null;
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

function packetsOf(body: NatReportBody | null): string {
  const asked = body?.evidence.filter((e) => /^(hairpin|lifetime|refresh)/.test(e.purpose)) ?? [];
  return asked
    .map(({ purpose, local, to, sentMs, outcome, from, xorMapped, notes }) =>
      [
        purpose,
        `${local?.address}:${local?.port} > ${to.address}:${to.port}`,
        `sent ${sentMs.map((ms) => ms.toFixed(0)).join(' ')}`,
        outcome,
        from === null ? '' : `from ${from.address}:${from.port}`,
        xorMapped === null ? '' : `saw ${xorMapped.address}:${xorMapped.port}`,
        ...notes,
      ].join('  '),
    )
    .join('\n');
}
