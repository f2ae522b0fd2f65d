import { describe, expect, it } from 'vitest';
import type { NatSummary } from '../../../contract/nat-report.ts';
import { predictPair, predictReach } from '../../../probe/nat/predict.ts';

const EI = 'endpoint-independent';
const AD = 'address-dependent';
const APD = 'address-and-port-dependent';
const three = [EI, AD, APD] as const;
const nine = three.flatMap((mapping) => three.map((filtering) => ({ mapping, filtering })));

const homeRouter: NatSummary = {
  mapping: EI,
  filtering: APD,
  behindNat: true,
  udp: 'open',
  legacy: 'port-restricted-cone',
  hairpin: 'unknown',
  portAllocation: 'preserving',
  ipPooling: 'paired',
  bindingLifetimeSec: null,
  publicEndpoints: ['198.51.100.10:40000'],
  natLevels: null,
};

describe('prediction for pairs of NATs', () => {
  it('does not depend on who is asked first', () => {
    for (const a of nine) for (const b of nine) expect(predictPair(a, b)).toBe(predictPair(b, a));
  });

  it('counts the cells that the kernel lab measured: 42 direct for certain, 24 relay for certain, 15 depend', () => {
    const counts = { direct: 0, relay: 0, depends: 0, unknown: 0 };
    for (const a of nine) for (const b of nine) counts[predictPair(a, b)] += 1;
    expect(counts).toEqual({ direct: 42, relay: 24, depends: 15, unknown: 0 });
  });

  it('agrees with the rule for session NATs: relay iff hard × (hard or port-restricted)', () => {
    const isHard = (n: (typeof nine)[number]) => n.mapping !== EI && n.filtering !== EI;
    const isPortRestricted = (n: (typeof nine)[number]) => n.mapping === EI && n.filtering === APD;
    for (const a of nine) {
      for (const b of nine) {
        const relay = (isHard(a) && (isHard(b) || isPortRestricted(b))) || (isPortRestricted(a) && isHard(b));
        if (relay) expect(predictPair(a, b)).toBe('relay');
        else expect(predictPair(a, b)).not.toBe('relay');
      }
    }
  });

  it('says "unknown" where one side is not known', () => {
    const unknown = { mapping: EI, filtering: 'inconclusive' } as const;
    const symmetric = { mapping: APD, filtering: APD } as const;
    expect(predictPair(unknown, symmetric)).toBe('unknown');
    // Whatever the filter, two endpoint-independent mappings can be crossed.
    expect(predictPair(unknown, homeRouter)).toBe('direct');
    expect(predictPair({ mapping: 'inconclusive', filtering: 'inconclusive' }, homeRouter)).toBe('unknown');
  });
});

describe('"who can I connect to"', () => {
  const outcomes = (nat: NatSummary) => Object.fromEntries(predictReach(nat).map((r) => [r.peer, r.outcome]));

  it('home router', () => {
    expect(outcomes(homeRouter)).toEqual({
      'open-internet': 'direct',
      'full-cone': 'direct',
      'restricted-cone': 'direct',
      'port-restricted-cone': 'direct',
      'symmetric-udp-firewall': 'direct',
      symmetric: 'relay',
      'udp-blocked': 'relay',
    });
  });

  it('UDP blocked: relay for everybody', () => {
    const all = Object.values(outcomes({ ...homeRouter, udp: 'blocked' }));
    expect(new Set(all)).toEqual(new Set(['relay']));
  });

  it('UDP inconclusive: unknown for everybody', () => {
    const all = Object.values(outcomes({ ...homeRouter, udp: 'inconclusive' }));
    expect(new Set(all)).toEqual(new Set(['unknown']));
  });
});
