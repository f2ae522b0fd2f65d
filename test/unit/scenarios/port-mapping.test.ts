import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../cli/load-scenario.ts';
import { natRules } from '../../../scenarios/plan/nat-rules.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';

const parse = (sites: string, more = '') =>
  parseScenario(`name: ports\nabout: routers that open ports\n${more}sites:\n${sites}\n`, 'ports.yaml');

const behind = (box: string) => `  a: { behind: [${box}] }`;
const friend = '  b: { behind: [{ nat: { like: symmetric } }] }';
const opening = behind('{ nat: { like: symmetric }, portMapping: [pcp] }');

describe('a router that opens ports', () => {
  it('is part of the way out, and says so', () => {
    const [site] = parse(`${opening}\n${friend}`).sites;
    expect(site?.spec.boxes[0]?.portMapping).toEqual(['pcp']);
    expect(site?.labels).toEqual(['APD/APD session random + opens ports (pcp)']);
  });

  it.each([
    [
      behind('{ firewall: { kind: stateful }, portMapping: [pcp] }'),
      /a\.behind\.0\.portMapping: needs a nat/,
    ],
    [
      behind('{ nat: { like: home-router } }, { nat: { like: home-router }, portMapping: [pcp] }'),
      /^ports\.yaml:4:\d+: sites\.a\.behind\.1\.portMapping: is for the innermost router/,
    ],
    [
      behind('{ nat: { like: home-router, engine: table }, portMapping: [upnp] }'),
      /needs the session engine/,
    ],
    [behind('{ nat: { like: carrier }, portMapping: [pcp] }'), /is for a NAT with one address/],
    [
      behind('{ nat: { like: home-router, hairpin: true }, portMapping: [pcp] }'),
      /is for a NAT without hairpin/,
    ],
    [behind('{ nat: { like: home-router }, portMapping: [ssdp] }'), /^ports\.yaml:4:\d+: .*Invalid option/],
    [
      '  a: { ipv4: false, ipv6: open, behind: [{ nat: { like: home-router }, nat64: true, portMapping: [pcp] }] }',
      /is for hosts with IPv4/,
    ],
  ])('%s is refused where it stands', (site, complaint) => {
    expect(() => parse(`${site}\n${friend}`)).toThrow(complaint);
  });

  it('the rules of its NAT leave unasked packets to it, and let in what it has translated', () => {
    const nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
    const [closed, open] = [natRules(nat, ['11.78.16.2']), natRules(nat, ['11.78.16.2'], true)];
    expect(closed).toContain('prerouting priority raw;\n');
    expect(closed).not.toContain('ct mark');
    expect(open).not.toContain('prerouting priority raw;\n');
    const forward = open.slice(open.indexOf('chain forward'));
    expect(forward.indexOf('ct direction original ct status dnat ct mark 0 accept')).toBeGreaterThan(0);
    expect(forward.indexOf('ct mark 0 accept')).toBeLessThan(forward.indexOf('meta l4proto udp drop'));
  });
});

describe('the simulator', () => {
  const outcomes = (sites: string, more = '') => {
    const { body } = runSimulated(parse(sites, more), { at: new Date(0), why: null, elapsedMs: () => 0 });
    return body.cells.map(({ succeeded }) => succeeded > 0);
  };

  it('two symmetric NATs meet where one of them opens a port', () => {
    expect(outcomes(`${opening}\n${friend}`)).toEqual([true]);
    expect(outcomes(`${opening.replace(', portMapping: [pcp]', '')}\n${friend}`)).toEqual([false]);
  });

  it('not where a carrier’s NAT is behind it', () => {
    const flat = opening.replace('[pcp] }', '[pcp] }, { nat: { like: carrier-symmetric } }');
    expect(outcomes(`${flat}\n${friend}`)).toEqual([false]);
  });

  it('not for clients that never ask', () => {
    expect(outcomes(`${opening}\n${friend}`, 'agent: { kind: chromium }\n')).toEqual([false]);
  });
});
