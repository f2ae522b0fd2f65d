import { describe, expect, it } from 'vitest';
import {
  type Dependence,
  dependences,
  type PortPolicy,
  portPolicies,
} from '../../../scenarios/nat-behaviour.ts';
import { firewallRules } from '../../../scenarios/plan/firewall-rules.ts';
import { lossRules } from '../../../scenarios/plan/loss-rules.ts';
import { natRules, natSysctls } from '../../../scenarios/plan/nat-rules.ts';
import { completeNat, type NatSpec, natLabel } from '../../../scenarios/plan/nat-spec.ts';
import { keyOf, keyTypes, portSequence } from '../../../scenarios/plan/nft-text.ts';

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
const rulesOf = (spec: Partial<NatSpec>, addresses: readonly string[] = ['11.78.16.2']) =>
  natRules({ ...home, ports: 'sequential', portRange: { first: 40_000, last: 40_003 }, ...spec }, addresses);

/** Keys that a dependence adds to an internal endpoint. */
const keyTable: Record<Dependence, string> = {
  'endpoint-independent': 'ipv4_addr . inet_service',
  'address-dependent': 'ipv4_addr . inet_service . ipv4_addr',
  'port-dependent': 'ipv4_addr . inet_service . inet_service',
  'address-and-port-dependent': 'ipv4_addr . inet_service . ipv4_addr . inet_service',
};

/** What the rules use with `@name` and jump to must be declared, and nothing may be declared in vain. */
function checkNames(rules: string): void {
  const declared = [...rules.matchAll(/^ {2}(?:map|set) (\w+)/gm)].map(([, name]) => name);
  const used = new Set([...rules.matchAll(/@(\w+)/g)].map(([, name]) => name));
  expect([...used].sort()).toEqual([...declared].sort());
  const chains = [...rules.matchAll(/^ {2}chain (\w+) \{\n(.*)/gm)];
  const inner = chains.filter(([, , first]) => !first?.includes('type ')).map(([, name]) => name);
  const jumped = new Set([...rules.matchAll(/(?:goto|jump) (\w+)/g)].map(([, name]) => name));
  expect([...jumped].sort()).toEqual([...inner].sort());
  expect(rules.split('{').length).toBe(rules.split('}').length);
}

describe('NAT rules', () => {
  it.each(dependences)('a key for %s', (kind) => {
    expect(keyOf(['ipv4_addr', 'inet_service'], kind, keyTypes)).toBe(keyTable[kind]);
  });

  describe.each(dependences)('%s mapping', (mapping) => {
    it.each(dependences)('with %s filtering', (filtering) => {
      const session = rulesOf({ mapping, filtering });
      expect(session).toContain(`map map_out { type ${keyTable[mapping]} : ipv4_addr . inet_service;`);
      const table = rulesOf({ mapping, filtering, engine: 'table' });
      expect(table).toContain(`map slot { type ${keyTable[mapping]} : mark;`);
      if (filtering === 'endpoint-independent') {
        expect(session).not.toContain('perm ');
        expect(table).not.toContain('perm ');
      } else {
        expect(session).toContain(`set perm { type ${keyTable[filtering]};`);
        expect(table).toContain(
          `set perm { type ${keyTable[filtering].replace('ipv4_addr . inet_service', 'mark')};`,
        );
      }
      for (const rules of [session, table]) checkNames(rules);
    });
  });

  it.each(portPolicies)('names that fit together: ports %s', (ports) => {
    const addresses = ['11.78.16.2', '11.78.16.64', '11.78.16.65'];
    for (const pairing of ['paired', 'arbitrary'] as const) {
      for (const hairpin of [false, true]) {
        checkNames(rulesOf({ ports, poolSize: 3, pairing, hairpin }, addresses));
      }
    }
    checkNames(rulesOf({ ports, engine: 'table' }));
  });

  it('learn behind SNAT and in a filter chain, so that live traffic refreshes', () => {
    expect(rulesOf({})).toMatch(/chain learn \{\n\s+type filter hook postrouting priority srcnat \+ 10;/);
  });

  it('drop what is for the router itself on the WAN side', () => {
    for (const engine of ['session', 'table'] as const) {
      expect(rulesOf({ engine })).toMatch(/chain input \{\n.*\n\s+iifname "wan" meta l4proto udp drop/);
    }
  });

  it('turn packets back only when asked to', () => {
    const turns = 'iifname "lan*" oifname "lan*" ct status dnat meta l4proto udp jump do_snat';
    expect(rulesOf({ hairpin: true })).toContain(turns);
    expect(rulesOf({})).not.toContain('oifname "lan*"');
  });

  it('keep permissions per mapping (external endpoint) or per internal endpoint', () => {
    const learns = (filterScope: 'mapping' | 'endpoint') =>
      rulesOf({ filterScope, filtering: 'address-dependent' }).match(/original update @perm \{ (.*) \}/)?.[1];
    expect(learns('mapping')).toBe('ct reply ip daddr . ct reply proto-dst . ct original ip daddr');
    expect(learns('endpoint')).toBe('ct original ip saddr . ct original proto-src . ct original ip daddr');
  });

  it('carry the lifetime to the maps and to conntrack', () => {
    expect(rulesOf({ lifetimeSec: 2 }).match(/timeout 2000ms/g)).toHaveLength(3);
    expect(natSysctls({ ...home, lifetimeSec: 2 })).toEqual({
      'net.netfilter.nf_conntrack_udp_timeout': '2',
      'net.netfilter.nf_conntrack_udp_timeout_stream': '2',
    });
    expect(natSysctls({ ...home, engine: 'table' })).toEqual({});
  });

  it('explain themselves in comments', () => {
    const [first = ''] = rulesOf({}).split('\n');
    expect(first).toBe(
      '# EI/APD session sequential: endpoint-independent mapping, address-and-port-dependent filtering, permissions per mapping.',
    );
  });

  it('want as many addresses as the pool has', () => {
    expect(() => rulesOf({ poolSize: 2 })).toThrow('needs 2 external addresses, not 1');
    expect(() => rulesOf({}, [])).toThrow(RangeError);
  });
});

describe('ports that a policy hands out', () => {
  const sequence = (ports: PortPolicy, parity: 0 | 1 | null = null, seed = 1) =>
    portSequence(completeNat({ ...home, ports, seed, portRange: { first: 100, last: 107 } }), parity);

  it('in sequence', () => {
    expect(sequence('sequential')).toEqual([100, 101, 102, 103, 104, 105, 106, 107]);
  });

  it('by parity', () => {
    expect(sequence('parity-preserving', 0)).toEqual([100, 102, 104, 106]);
    expect(sequence('parity-preserving', 1)).toEqual([101, 103, 105, 107]);
  });

  it('shuffled by the seed, each once', () => {
    const shuffled = sequence('random');
    expect(shuffled).not.toEqual(sequence('sequential'));
    expect([...shuffled].sort()).toEqual(sequence('sequential'));
    expect(sequence('random')).toEqual(shuffled);
    expect(sequence('random', null, 2)).not.toEqual(shuffled);
  });

  it('never more than a rule set loads quickly, from the whole range', () => {
    const drawn = portSequence(completeNat({ ...home, ports: 'random' }), null);
    expect(drawn).toHaveLength(1_024);
    expect(new Set(drawn).size).toBe(1_024);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(60_000);
  });
});

describe('NAT descriptions', () => {
  it.each([
    [{ ...home }, 'EI/APD session preserving'],
    [{ ...home, engine: 'table', ports: 'random' }, 'EI/APD table random'],
    [
      { mapping: 'port-dependent', filtering: 'address-dependent', poolSize: 2, pairing: 'arbitrary' },
      'PD/AD session preserving 2 addresses arbitrary',
    ],
    [{ ...home, hairpin: true }, 'EI/APD session preserving hairpin'],
  ] as [NatSpec, string][])('%o is called %s', (spec, label) => {
    expect(natLabel(spec)).toBe(label);
  });

  it.each([
    [{ engine: 'table', hairpin: true }, /session engine/],
    [{ engine: 'table', poolSize: 2 }, /session engine/],
    [{ poolSize: 0 }, /poolSize/],
    [{ poolSize: 9 }, /poolSize/],
    [{ lifetimeSec: 0.5 }, /lifetimeSec/],
    [{ lifetimeSec: Number.NaN }, /lifetimeSec/],
    [{ portRange: { first: 0, last: 10 } }, /portRange/],
    [{ portRange: { first: 10, last: 10 } }, /portRange/],
    [{ portRange: { first: 10, last: 65_536 } }, /portRange/],
  ] as [Partial<NatSpec>, RegExp][])('%o is refused', (more, message) => {
    expect(() => completeNat({ ...home, ...more })).toThrow(message);
  });
});

describe('firewall rules', () => {
  it.each(dependences)('stateful, %s filtering', (filtering) => {
    const rules = firewallRules({ kind: 'stateful', filtering, lifetimeSec: 5 });
    expect(rules).toContain(`set perm { type ${keyTable[filtering]}; flags dynamic,timeout; timeout 5000ms;`);
    checkNames(rules);
  });

  it.each([
    ['udp-blocked', 'meta l4proto udp drop'],
    ['udp-rejected', 'iifname "lan*" meta l4proto udp reject with icmp type admin-prohibited'],
    ['tcp-443-only', 'iifname "lan*" tcp dport 443 accept'],
  ] as const)('%s', (kind, line) => {
    const rules = firewallRules({ kind });
    expect(rules).toContain(line);
    expect(rules).toContain(`# firewall: ${kind}`);
    checkNames(rules);
  });

  it('443 only lets nothing through by default', () => {
    expect(firewallRules({ kind: 'tcp-443-only' })).toContain('policy drop;');
    expect(firewallRules({ kind: 'udp-blocked' })).not.toContain('policy drop');
  });
});

describe('loss rules', () => {
  it.each([
    [0.1, 1_000],
    [0.05, 500],
    [0.0001, 1],
    [0.9999, 9_999],
  ])('a share of %d', (rate, perTenThousand) => {
    expect(lossRules(rate)).toContain(`meta l4proto udp numgen random mod 10000 < ${perTenThousand} drop`);
  });

  it('all of it needs no chance, which nftables would refuse', () => {
    expect(lossRules(1)).toContain('meta l4proto udp drop');
    expect(lossRules(1)).not.toContain('numgen');
  });

  it.each([0, -0.1, 1.01, 0.00001, Number.NaN])('%d is refused', (rate) => {
    expect(() => lossRules(rate)).toThrow(RangeError);
  });
});
