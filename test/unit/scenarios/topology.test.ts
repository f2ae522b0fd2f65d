import { describe, expect, it } from 'vitest';
import { formatPlan, inside, planCommands } from '../../../scenarios/plan/commands.ts';
import type { NatSpec } from '../../../scenarios/plan/nat-spec.ts';
import {
  type BoxSpec,
  defaultPublicNet,
  type LabSpec,
  type LabTopology,
  planTopology,
  type SiteSpec,
} from '../../../scenarios/plan/topology.ts';

const nat: NatSpec = { mapping: 'endpoint-independent', filtering: 'address-dependent', ports: 'sequential' };
const natBox: BoxSpec = { nat, firewall: null };
const firewallBox: BoxSpec = { nat: null, firewall: { kind: 'stateful', filtering: 'address-dependent' } };

const lab = (sites: readonly SiteSpec[], more: Partial<LabSpec> = {}): LabTopology =>
  planTopology({ prefix: 'x', sites, lossRate: 0, publicNet: defaultPublicNet, ...more });
const site = (boxes: readonly BoxSpec[], hosts = 1, name = 'home'): SiteSpec => ({ name, hosts, boxes });

function namespace(topology: LabTopology, name: string) {
  const found = topology.namespaces.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no namespace ${name}`);
  return found;
}

describe('topology', () => {
  it('one client behind one NAT', () => {
    const topology = lab([site([natBox])]);
    expect(topology.server).toEqual({ namespace: 'x-server', addresses: ['11.78.1.10', '11.78.2.10'] });
    expect(topology.sites).toEqual([
      {
        name: 'home',
        coreDevices: ['home0'],
        hosts: [{ namespace: 'x-home-host0', address: '192.168.1.2' }],
        boxes: [{ namespace: 'x-home-box0', addresses: ['11.78.16.2'] }],
        natAddresses: ['11.78.16.2'],
      },
    ]);
    expect(topology.links).toEqual([
      { a: { namespace: 'x-core', device: 'server' }, b: { namespace: 'x-server', device: 'wan' } },
      { a: { namespace: 'x-core', device: 'home0' }, b: { namespace: 'x-home-box0', device: 'wan' } },
      { a: { namespace: 'x-home-box0', device: 'lan0' }, b: { namespace: 'x-home-host0', device: 'eth0' } },
    ]);
    const box = namespace(topology, 'x-home-box0');
    expect(box.routes).toEqual(['default via 11.78.16.1']);
    expect(box.sysctls['net.ipv4.ip_forward']).toBe('1');
    expect(box.rules).toHaveLength(1);
    expect(namespace(topology, 'x-home-host0').routes).toEqual(['default via 192.168.1.1']);
  });

  it('a client on the public network, and one behind a firewall, keep public addresses', () => {
    const topology = lab([site([], 1, 'bare'), site([firewallBox], 1, 'office')]);
    expect(topology.sites.map(({ hosts }) => hosts[0]?.address)).toEqual(['11.78.16.130', '11.78.17.130']);
    expect(topology.sites.map(({ natAddresses }) => natAddresses)).toEqual([[], []]);
    // The core finds what is behind the firewall.
    expect(namespace(topology, 'x-core').routes).toContain('11.78.17.0/24 via 11.78.17.2');
  });

  it('two NATs of one house have a private network between them', () => {
    const topology = lab([{ ...site([natBox, natBox]), between: 'private' }]);
    expect(topology.sites[0]?.boxes[0]?.addresses).toEqual(['10.64.0.6']);
  });

  it('two NATs in a row share 100.64.0.0/10 between them (RFC 6598)', () => {
    const topology = lab([site([natBox, natBox])]);
    const [cgn] = topology.sites;
    expect(cgn?.boxes).toEqual([
      { namespace: 'x-home-box0', addresses: ['100.64.0.6'] },
      { namespace: 'x-home-box1', addresses: ['11.78.16.2'] },
    ]);
    expect(cgn?.natAddresses).toEqual(['11.78.16.2']);
    expect(namespace(topology, 'x-home-box0').routes).toEqual(['default via 100.64.0.5']);
  });

  it('a pool has its addresses on the router, and the core routes them there', () => {
    const topology = lab([site([{ nat: { ...nat, poolSize: 3 }, firewall: null }])]);
    expect(topology.sites[0]?.natAddresses).toEqual(['11.78.16.2', '11.78.16.64', '11.78.16.65']);
    expect(
      namespace(topology, 'x-home-box0').addresses.map(({ device, cidr }) => `${device} ${cidr}`),
    ).toEqual(['wan 11.78.16.2/30', 'wan 11.78.16.64/32', 'wan 11.78.16.65/32', 'lan0 192.168.1.1/30']);
    expect(namespace(topology, 'x-core').routes).toContain('11.78.16.0/24 via 11.78.16.2');
  });

  it('several hosts of a site have a link each', () => {
    const topology = lab([site([natBox], 3)]);
    expect(topology.sites[0]?.hosts.map(({ address }) => address)).toEqual([
      '192.168.1.2',
      '192.168.1.6',
      '192.168.1.10',
    ]);
  });

  it('gives every interface its own address, in the largest lab too', () => {
    const many = Array.from({ length: 100 }, (_, index) =>
      site([natBox, natBox, firewallBox], 16, `s${index}`),
    );
    const topology = lab(many);
    const addresses = topology.namespaces.flatMap((made) =>
      made.addresses.map(({ cidr }) => cidr.split('/')[0]),
    );
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const { a, b } of topology.links) {
      // IFNAMSIZ: 15 characters.
      expect(Math.max(a.device.length, b.device.length)).toBeLessThanOrEqual(15);
    }
    for (const address of addresses) {
      for (const octet of address?.split('.') ?? []) expect(Number(octet)).toBeLessThanOrEqual(255);
    }
  });

  it('loses packets in the core only', () => {
    const topology = lab([site([natBox])], { lossRate: 0.1 });
    expect(namespace(topology, 'x-core').rules.join()).toContain('< 1000 drop');
    expect(namespace(lab([site([natBox])]), 'x-core').rules).toEqual([]);
  });

  it.each([
    ['site name', () => lab([site([], 1, 'Home')])],
    ['site name', () => lab([site([], 1, 'averylongsitename')])],
    ['1 to 16 hosts', () => lab([site([], 0)])],
    ['8 boxes', () => lab([site(Array.from({ length: 9 }, () => natBox))])],
    ['prefix', () => lab([], { prefix: 'UPPER; rm' })],
    ['200 sites', () => lab(Array.from({ length: 201 }, (_, index) => site([], 1, `s${index}`)))],
  ])('refuses what its plan cannot hold: %s', (message, make) => {
    expect(make).toThrow(message);
  });
});

describe('commands', () => {
  const plan = planCommands(lab([site([natBox])]));

  it('undo the namespaces, in which everything else is', () => {
    const undos = plan.flat().flatMap(({ undo }) => (undo === null ? [] : [undo]));
    expect(undos).toEqual([
      {
        argv: ['ip', '-force', '-batch', '-'],
        stdin:
          'netns delete x-home-host0\nnetns delete x-home-box0\nnetns delete x-server\nnetns delete x-core\n',
      },
    ]);
  });

  it('make namespaces, then links, addresses, rules and settings, and no device outside', () => {
    expect(plan.map((stage) => stage.length)).toEqual([1, 1, 4, 1, 2]);
    const [, links] = plan.flat();
    expect(links?.stdin).toContain(
      'link add name lan0 netns x-home-box0 type veth peer name eth0 netns x-home-host0',
    );
    // Outside of all namespaces run only the two commands that make namespaces and links between them.
    const outside = plan.flat().filter(({ argv }) => argv[1] === '-batch');
    expect(outside.map(({ title }) => title)).toEqual(['make 4 network namespaces', 'join them by 3 links']);
    for (const line of links?.stdin?.trim().split('\n') ?? []) expect(line.split(' netns ')).toHaveLength(3);
  });

  it('read as a shell script', () => {
    const text = formatPlan(plan);
    expect(text).toContain("# make 4 network namespaces\nip -batch - <<'END'\nnetns add x-core\n");
    expect(text).toContain('# packet rules of x-home-box0\nnsenter --net=/run/netns/x-home-box0 nft -f - <<');
    expect(text).toContain('sysctl -q -w net.ipv4.ip_forward=1');
    expect(formatPlan([[{ title: 't', argv: ['echo', "it's"], stdin: null, undo: null }]])).toBe(
      "# t\necho 'it'\\''s'\n",
    );
  });

  it('run inside a namespace', () => {
    expect(inside('x-server', ['true'])).toEqual(['ip', 'netns', 'exec', 'x-server', 'true']);
  });
});
