import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { firewallRules } from '../../../scenarios/plan/firewall-rules.ts';
import { serverAddressFor, synthesised, writtenIn } from '../../../scenarios/plan/ipv6.ts';
import { defaultPublicNet, planTopology } from '../../../scenarios/plan/topology.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';

const parse = (sites: string, more = '') =>
  parseScenario(`name: six\nabout: families\n${more}sites:\n${sites}\n`, 'six.yaml');

function topologyOf(sites: string) {
  const { sites: built, scenario } = parse(sites);
  return planTopology({
    prefix: 'lab',
    sites: built.map(({ spec }) => spec),
    lossRate: 0,
    publicNet: defaultPublicNet,
    serverIpv6: scenario.server.ipv6,
  });
}

function namespace(topology: ReturnType<typeof topologyOf>, name: string) {
  const found = topology.namespaces.find((candidate) => candidate.name === `lab-${name}`);
  if (found === undefined) throw new Error(`no namespace ${name}`);
  return found;
}

const home = '  home: { ipv6: firewall, behind: [{ nat: { like: home-router } }] }';
const phone = '  phone: { ipv6: open, ipv4: false, behind: [{ nat: { like: carrier }, nat64: true }] }';
const old = '  old: { behind: [{ nat: { like: home-router } }] }';

describe('IPv6 of a site', () => {
  it('has routed links of its own, and the firewall in the outermost router', () => {
    const topology = topologyOf(`${home}\n${old}`);
    expect(topology.server.ipv6).toEqual(['2a11:78:1::10', '2a11:78:2::10']);
    const [core, box, host] = ['core', 'home0-box0', 'home0-host0'].map((name) => namespace(topology, name));
    expect(core?.routes).toContain('2a11:78:10::/48 via 2a11:78:10:0::2');
    expect(box?.addresses.map(({ device, cidr }) => `${device} ${cidr}`)).toEqual([
      'wan 11.78.16.2/30',
      'lan0 192.168.1.1/30',
      'wan 2a11:78:10:0::2/64 nodad',
      'lan0 2a11:78:10:100::1/64 nodad',
    ]);
    expect(box?.sysctls['net.ipv6.conf.all.forwarding']).toBe('1');
    expect(box?.rules.join()).toContain('table ip6 polynya_guard {');
    expect(host?.routes).toEqual(['default via 192.168.1.1', 'default via 2a11:78:10:100::1']);
    // What has none stays as it was.
    expect(JSON.stringify(namespace(topology, 'old1-host0'))).not.toContain('2a11');
  });

  it('without IPv4 a host has the other family only', () => {
    const host = namespace(topologyOf(`${phone}\n${old}`), 'phone0-host0');
    expect(host.addresses).toEqual([
      { device: 'lo', cidr: '127.0.0.2/8' },
      { device: 'eth0', cidr: '2a11:78:10:100::2/64 nodad' },
    ]);
    expect(host.routes).toEqual(['default via 2a11:78:10:100::1']);
  });

  it('unique local addresses have no way out', () => {
    const topology = topologyOf(`${home.replace('firewall', 'local')}\n${old}`);
    expect(namespace(topology, 'home0-host0').addresses.at(-1)?.cidr).toBe('fd78:0:10:100::2/64 nodad');
    expect(namespace(topology, 'home0-box0').routes).toEqual(['default via 11.78.16.1']);
    expect(namespace(topology, 'core').routes.join()).not.toContain('fd78');
  });

  it('a firewall of the site filters both families', () => {
    const rules = firewallRules({ kind: 'stateful', filtering: 'address-dependent' }, 'ip6');
    expect(rules).toContain('set perm { type ipv6_addr . inet_service . ipv6_addr;');
    expect(rules).toContain('update @perm { ip6 saddr . udp sport . ip6 daddr }');
    expect(firewallRules({ kind: 'udp-rejected' }, 'ip6')).toContain('icmpv6 type admin-prohibited');
  });

  it.each([
    ['  a: { ipv4: false }', /^six\.yaml:4:8: sites\.a\.ipv4: without IPv4 the site needs ipv6$/],
    ['  a: { ipv6: firewall }', /^six\.yaml:4:8: sites\.a\.ipv6: firewall needs a router in behind$/],
    [phone.replace('ipv4: false, ', ''), /nat64: is for hosts without IPv4/],
    [
      phone.replace('nat: { like: carrier }', 'firewall: { kind: udp-blocked }'),
      /nat64: needs a nat beside it/,
    ],
  ])('%s is refused where it stands', (site, complaint) => {
    expect(() => parse(`${site}\n${old}`)).toThrow(complaint);
  });
});

describe('an address behind a NAT64', () => {
  it.each([
    ['11.78.1.10', '2a11:78:64::b4e:10a'],
    ['192.0.2.255', '2a11:78:64::c000:2ff'],
  ])('%s is %s', (ipv4, ipv6) => {
    expect(synthesised(ipv4)).toBe(ipv6);
    expect(writtenIn(ipv6)).toBe(ipv4);
    expect(writtenIn('2a11:78:1::10')).toBeNull();
  });

  it('is how the server is found where there is no other way', () => {
    const [site] = parse(`${phone}\n${old}`).sites;
    if (site === undefined) throw new Error('no site');
    const ipv4 = '11.78.1.10';
    expect(serverAddressFor(site.spec, { ipv4, ipv6: null })).toBe('2a11:78:64::b4e:10a');
    expect(serverAddressFor(site.spec, { ipv4, ipv6: '2a11:78:1::10' })).toBe('2a11:78:1::10');
    expect(serverAddressFor({ ...site.spec, ipv4: true }, { ipv4, ipv6: '2a11:78:1::10' })).toBe(ipv4);
  });
});

describe('the simulator', () => {
  const outcomes = (sites: string, more = '') => {
    const { body } = runSimulated(parse(sites, `paths: [direct, relay-udp]\n${more}`), {
      at: new Date(0),
      why: null,
      elapsedMs: () => 0,
    });
    return body.cells.map(({ succeeded, selectedPair }) => [
      succeeded > 0,
      selectedPair?.remote.address ?? null,
    ]);
  };
  const strict = (name: string, ipv6: string) =>
    `  ${name}: { ipv6: ${ipv6}, behind: [{ nat: { like: symmetric } }] }`;

  it('two firewalls are crossed, and unique local addresses are of no use to others', () => {
    expect(outcomes(`${strict('a', 'firewall')}\n${strict('b', 'firewall')}`)[0]).toEqual([
      true,
      '2a11:78:11:100::2',
    ]);
    expect(outcomes(`${strict('a', 'local')}\n${strict('b', 'local')}`)[0]).toEqual([false, null]);
    expect(outcomes(`${strict('a', 'firewall')}\n${strict('b', 'none')}`)[0]).toEqual([false, null]);
  });

  it('a NAT64 leads to a server without IPv6, and where there is none nothing does', () => {
    const strictPhone = phone.replace('carrier', 'symmetric');
    const server = 'server: { ipv6: false }\n';
    expect(outcomes(`${strictPhone}\n${old}`, server).map(([connected]) => connected)).toEqual([false, true]);
    const without = strictPhone.replace(', nat64: true', '');
    expect(outcomes(`${without}\n${old}`, server).map(([connected]) => connected)).toEqual([false, false]);
    expect(outcomes(`${without}\n${old}`).map(([connected]) => connected)).toEqual([false, true]);
  });
});
