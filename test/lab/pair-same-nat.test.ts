/**
 * Two hosts behind one kernel NAT, predicted from what the built `polynya probe --hairpin` reports at both and tried by
 * real ICE agents: hairpinning decides where the hosts are kept from each other, as in many guest networks.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLab, type Lab } from '../../scenarios/io/lab.ts';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { labNamespaces } from '../../scenarios/io/sweep.ts';
import type { NatSpec } from '../../scenarios/plan/nat-spec.ts';
import { requireBuilt } from '../built-cli.ts';
import { IceAgents } from './ice-agents.ts';
import { probeFrom, relaysOf, startPairServers } from './pair-reports.ts';
import { type Field, type Trial, tryPair } from './pair-trial.ts';
import { missingPrograms } from './turn-coturn.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'turnserver']) ?? missingPrograms();
if (obstacle !== null) console.warn(`pairs behind one NAT skipped: ${obstacle}`);

const home: NatSpec = {
  mapping: 'endpoint-independent',
  filtering: 'address-and-port-dependent',
  ports: 'random',
};

interface Site {
  readonly name: string;
  readonly label: string;
  readonly nat: NatSpec;
  /** The router forwards nothing between its hosts but what it has turned back. */
  readonly isolated: boolean;
  readonly prediction: Partial<Trial['prediction']>;
  readonly seen: Trial['seen'];
  /** Over their local addresses, by the selected pair. */
  readonly inside: boolean;
}

const onLocalRoute = {
  outcome: 'depends',
  code: 'same-nat',
  dependsOn: ['route between the local addresses'],
} as const;

const sites: readonly Site[] = [
  {
    name: 'turns',
    label: 'hairpinning, hosts kept apart',
    nat: { ...home, hairpin: true },
    isolated: true,
    prediction: { outcome: 'direct', code: 'same-nat-hairpin', dependsOn: [] },
    seen: 'direct',
    inside: false,
  },
  {
    name: 'apart',
    label: 'no hairpinning, hosts kept apart',
    nat: home,
    isolated: true,
    prediction: onLocalRoute,
    seen: 'relay',
    inside: false,
  },
  {
    name: 'open',
    label: 'no hairpinning, hosts reach each other',
    nat: home,
    isolated: false,
    prediction: onLocalRoute,
    seen: 'direct',
    inside: true,
  },
];

describe.skipIf(obstacle !== null)('two hosts behind the same NAT', () => {
  let lab: Lab;
  let agents: IceAgents;
  let field: Field;

  beforeAll(async () => {
    requireBuilt();
    lab = await buildLab({
      sites: sites.map(({ name, nat }) => ({ name, hosts: 2, boxes: [{ nat, firewall: null }] })),
    });
    for (const { name } of sites.filter(({ isolated }) => isolated)) await keepApart(lab, name);
    const namespaces = new Map(
      lab.topology.sites.flatMap(({ name, hosts }) =>
        hosts.map(({ namespace }, index) => [`${name}-${index}`, namespace] as const),
      ),
    );
    const servers = await startPairServers(lab);
    const reports = await probeFrom(lab, namespaces, servers, ['--hairpin']);
    agents = await IceAgents.start(lab, namespaces, servers.stun);
    field = { reports, agents, relays: relaysOf(reports, servers) };
  }, 120_000);

  afterAll(async () => {
    await lab?.close();
    expect(labNamespaces(process.pid)).toEqual([]);
  });

  it.for(sites)('$label', { timeout: 60_000 }, async ({ name, prediction, seen, inside }) => {
    const trial = await tryPair({ a: `${name}-0`, b: `${name}-1` }, field);
    expect(trial.prediction).toMatchObject(prediction);
    expect(trial.seen, JSON.stringify(trial.attempts)).toBe(seen);
    const selected = trial.attempts.at(-1)?.selected ?? null;
    // By address and not by type: a check that overtakes the signalling makes a local address peer reflexive.
    const hosts = lab.topology.sites.find((site) => site.name === name)?.hosts.map(({ address }) => address);
    const ends = [selected?.local.address, selected?.remote.address];
    const local = ends.every((address) => address !== undefined && hosts?.includes(address));
    expect(local, JSON.stringify(selected)).toBe(inside);
  });
});

/** Client isolation, in front of the rules of the NAT. */
async function keepApart(lab: Lab, siteName: string): Promise<void> {
  const router = lab.topology.sites.find(({ name }) => name === siteName)?.boxes[0];
  if (router === undefined) throw new Error(`no router at ${siteName}`);
  const rules = [
    'table ip isolation {',
    '  chain forward {',
    '    type filter hook forward priority filter - 10;',
    '    iifname "lan*" oifname "lan*" ct status dnat accept',
    '    iifname "lan*" oifname "lan*" drop',
    '  }',
    '}',
    '',
  ].join('\n');
  const { code, stderr } = await lab.run(router.namespace, ['nft', '-f', '-'], { stdin: rules });
  if (code !== 0) throw new Error(stderr);
}
