/** A real service behind real kernel NATs: what its witness says of the path is what was done to the path. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NatReportBody } from '../../contract/nat-report.ts';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl']);
if (obstacle !== null) console.warn(`witness skipped: ${obstacle}`);

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;

/** Where the packets of a cell are dropped: in its router, or in the server’s host firewall. */
interface Cell {
  readonly site: string;
  readonly name: string;
  /** Rule body for UDP of this cell, in the named hook. */
  readonly drop: { readonly hook: 'out' | 'in' | 'server'; readonly rule: string } | null;
  readonly witness: string;
  readonly nat: Partial<NatReportBody['nat']>;
}

const open = { udp: 'open', ...home } as const;
const cells: readonly Cell[] = [
  { site: 's0', name: 'a clean path', drop: null, witness: 'clean', nat: open },
  {
    site: 's1',
    name: 'loss on the way out',
    drop: { hook: 'out', rule: 'numgen random mod 100 < 20 drop' },
    witness: 'uplink-loss',
    nat: { udp: 'open' },
  },
  {
    site: 's2',
    name: 'loss on the way back',
    // Fewer answers than requests can show it: with 40 % one run in a thousand shows none.
    drop: { hook: 'in', rule: 'numgen random mod 100 < 40 drop' },
    witness: 'downlink-loss',
    nat: { udp: 'open' },
  },
  {
    site: 's3',
    name: 'UDP stopped on the way out',
    drop: { hook: 'out', rule: 'drop' },
    witness: 'uplink-blocked',
    nat: { udp: 'blocked' },
  },
  {
    site: 's4',
    name: 'UDP stopped on the way in',
    drop: { hook: 'in', rule: 'drop' },
    witness: 'downlink-blocked',
    nat: { udp: 'blocked' },
  },
  {
    site: 's5',
    name: 'a server whose own firewall drops its answers',
    drop: { hook: 'server', rule: 'drop' },
    witness: 'server-mute',
    nat: { udp: 'inconclusive' },
  },
];

const hooks = {
  out: { chain: 'postrouting', match: 'oifname "wan" meta l4proto udp' },
  in: { chain: 'prerouting', match: 'iifname "wan" meta l4proto udp' },
} as const;

async function drop(lab: Lab, { site: name, drop }: Cell): Promise<void> {
  if (drop === null) return;
  const site = lab.topology.sites.find((each) => each.name === name);
  const box = site?.boxes[0]?.namespace;
  if (site === undefined || box === undefined) throw new Error(`no site ${name}`);
  const isServer = drop.hook === 'server';
  const { chain, match } = isServer
    ? { chain: 'output', match: `ip daddr ${site.natAddresses[0]} meta l4proto udp` }
    : hooks[drop.hook];
  const rules = [
    `table ip witness_${name} {`,
    'chain c {',
    `type filter hook ${chain} priority -310;`,
    `${match} ${drop.rule}`,
    '}',
    '}',
    '',
  ].join('\n');
  const { code, stderr } = await lab.run(isServer ? lab.server : box, ['nft', '-f', '-'], { stdin: rules });
  if (code !== 0) throw new Error(stderr);
}

describe.skipIf(obstacle !== null)('the witness of a service', () => {
  let lab: Lab;
  let service: string;
  beforeAll(async () => {
    requireBuilt();
    const boxes = [{ nat: home, firewall: null }];
    lab = await buildLab({ sites: cells.map(({ site }) => ({ name: site, hosts: 1, boxes })) });
    const [address, alternateAddress] = lab.serverAddresses;
    const config = join(lab.folder('serve'), 'serve.yaml');
    // JSON is YAML.
    writeFileSync(
      config,
      JSON.stringify({ host: address, store: ':memory:', stun: { address, alternateAddress } }),
    );
    const serving = lab.spawn(lab.server, [process.execPath, builtCli, 'serve', '--config', config]);
    [service] = await serving.waitFor(/http:\/\/[\d.]+:\d+/, 30_000);
    for (const cell of cells) await drop(lab, cell);
  }, 60_000);
  afterAll(async () => {
    await lab?.close();
  });

  it.for(cells)('tells $name', { timeout: 30_000 }, async ({ site, witness, nat }) => {
    const client = lab.topology.sites.find(({ name }) => name === site)?.hosts[0]?.namespace ?? '';
    const argv = [process.execPath, builtCli, 'probe', '--json', service];
    const { stdout, stderr } = await lab.run(client, argv, { timeoutMs: 25_000 });
    if (stdout === '') throw new Error(stderr);
    const body: NatReportBody = JSON.parse(stdout).body;
    const found = body.verdicts.find(({ name }) => name === 'witness');
    expect([found?.value, found?.reason]).toEqual([witness, expect.any(String)]);
    expect(body.nat).toMatchObject(nat);
    // Never a wrong name for the filter, whatever gets lost.
    expect([home.filtering, 'inconclusive']).toContain(body.nat.filtering);
  });
});
