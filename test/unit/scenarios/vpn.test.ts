import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { formatPlan, planCommands } from '../../../scenarios/plan/commands.ts';
import { defaultPublicNet, planTopology } from '../../../scenarios/plan/topology.ts';
import { goesThrough, vpnRoutes } from '../../../scenarios/plan/vpn.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';
import { wayOf } from '../../../scenarios/scenario/vpn-of.ts';

const parse = (sites: string, more = '') =>
  parseScenario(`name: vpn\nabout: tunnels\n${more}sites:\n${sites}\n`, 'vpn.yaml');

const office = '  office: { behind: [{ nat: { like: symmetric } }] }';
const laptop = (vpn: string) => `  laptop: { behind: [{ nat: { like: home-router } }], vpn: ${vpn} }`;
const split = laptop('{ gateway: office, split: true }');
const full = laptop('{ gateway: office }');

function topologyOf(sites: string) {
  return planTopology({
    prefix: 'lab',
    sites: parse(sites).sites.map(({ spec }) => spec),
    lossRate: 0,
    publicNet: defaultPublicNet,
  });
}

function namespace(sites: string, name: string) {
  const found = topologyOf(sites).namespaces.find((candidate) => candidate.name === `lab-${name}`);
  if (found === undefined) throw new Error(`no namespace ${name}`);
  return found;
}

describe('a VPN', () => {
  it('is a link from the host into the gateway’s router, with the MTU of a tunnel', () => {
    const plan = formatPlan(planCommands(topologyOf(`${office}\n${split}`)));
    expect(plan).toContain(
      'link add name lan-vpn1-0 mtu 1420 netns lab-office0-box0 type veth peer name tun0 mtu 1420 netns lab-laptop1-host0\n',
    );
    const router = namespace(`${office}\n${split}`, 'office0-box0');
    expect(router.addresses).toContainEqual({ device: 'lan-vpn1-0', cidr: '10.8.1.1/30' });
  });

  it('split: only the gateway’s network and the VPN’s are behind it', () => {
    expect(namespace(`${office}\n${split}`, 'laptop1-host0').routes).toEqual([
      'default via 192.168.2.1',
      '192.168.1.0/24 via 10.8.1.1',
      '10.8.0.0/16 via 10.8.1.1',
    ]);
  });

  it('full: all but the host’s own network is', () => {
    expect(namespace(`${office}\n${full}`, 'laptop1-host0').routes).toEqual([
      '192.168.2.0/24 via 192.168.2.1',
      'default via 10.8.1.1',
    ]);
  });

  it.each([
    [true, '192.168.1.2', true],
    [true, '10.8.7.2', true],
    [true, '192.168.2.6', false],
    [true, '11.78.1.10', false],
    [false, '11.78.1.10', true],
    [false, '192.168.1.2', true],
    [false, '192.168.2.6', false],
  ])('split %s: a packet to %s goes through the tunnel: %s', (isSplit, address, expected) => {
    const routes = vpnRoutes({ gateway: 0, split: isSplit }, { own: '192.168.2.2', inside: '192.168.1.2' });
    expect(goesThrough(routes, address)).toBe(expected);
  });

  it('is named, and a full one decides what the site is classified by', () => {
    const { sites } = parse(`${office}\n${full}`);
    expect(sites[1]?.labels).toEqual(['EI/APD session preserving', 'full tunnel to office']);
    const way = (text: string) => {
      const { sites: built } = parse(text);
      const spec = built[1]?.spec;
      return spec === undefined ? null : wayOf(built, spec).boxes[0]?.nat?.mapping;
    };
    expect(way(`${office}\n${full}`)).toBe('address-and-port-dependent');
    expect(way(`${office}\n${split}`)).toBe('endpoint-independent');
  });

  it('the twins of a matrix have one among themselves', () => {
    const { sites } = parse(`${office}\n${full}`, 'pairs: matrix\n');
    expect(sites.map(({ spec }) => spec.vpn?.gateway)).toEqual([undefined, 0, undefined, 2]);
  });

  it.each([
    [laptop('{ gateway: shop }'), /^vpn\.yaml:5:\d+: sites\.laptop\.vpn\.gateway: there is no site shop$/],
    [laptop('{ gateway: laptop }'), /vpn\.gateway: is the site itself$/],
    [`${full}\n  other: { vpn: { gateway: laptop } }`, /laptop has a VPN of its own$/],
    [laptop('{ gateway: bare }'), /bare needs one router with a nat$/],
    [
      full.replace('{ behind', '{ ipv6: open, behind'),
      /^vpn\.yaml:5:\d+: sites\.laptop\.vpn: is for hosts with/,
    ],
  ])('%s is refused where it stands', (site, complaint) => {
    expect(() => parse(`${office}\n${site}\n  bare: {}`)).toThrow(complaint);
  });

  it('is not for ICE-TCP, nor for a host that moves', () => {
    expect(() => parse(`${office}\n${full}`, 'paths: [direct, direct-tcp]\n')).toThrow(
      /paths\.1: is not for scenarios with a VPN, and laptop has one$/,
    );
    const move = 'timeline: [{ at: 1s, do: move, site: laptop, to: office }]\n';
    expect(() => parse(`${office}\n${full}`, move)).toThrow(/timeline\.0\.site: has a VPN/);
  });
});

describe('the simulator', () => {
  const friend = '  friend: { behind: [{ nat: { like: home-router } }] }';
  const cellsOf = (sites: string) => {
    const compiled = parse(sites, 'paths: [direct, relay-udp]\n');
    const { body } = runSimulated(compiled, { at: new Date(0), why: null, elapsedMs: () => 0 });
    return Object.fromEntries(
      body.cells.map(({ from, to, path, selectedPair }) => [
        `${from} ${to} ${path}`,
        selectedPair === null ? null : `${selectedPair.local.type} ${selectedPair.remote.address}`,
      ]),
    );
  };

  it('split: colleagues meet through the tunnel, others past it', () => {
    expect(cellsOf(`${office}\n${split}\n${friend}`)).toMatchObject({
      'office laptop mesh': 'host 10.8.1.2',
      'laptop friend mesh': 'srflx 11.78.18.2',
      'office friend mesh': null,
    });
  });

  it('full: the gateway’s NAT and firewall are those of the laptop', () => {
    const cells = cellsOf(`${office}\n${full}\n${friend}`);
    expect(cells['laptop friend mesh']).toBeNull();
    expect(cells['laptop friend relay']).not.toBeNull();
    const blocked = office.replace('symmetric } }', 'home-router }, firewall: { kind: udp-blocked } }');
    expect(cellsOf(`${blocked}\n${full}\n${friend}`)['laptop friend relay']).toBeNull();
  });
});
