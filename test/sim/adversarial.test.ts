import { describe, expect, it } from 'vitest';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { buildWorld, discover } from './discover.ts';

const EI = 'endpoint-independent';
const AD = 'address-dependent';
const APD = 'address-and-port-dependent';
const three = [EI, AD, APD] as const;
const strictness = (behaviour: string) => [EI, AD, APD].indexOf(behaviour);
const stricter = (a: (typeof three)[number], b: (typeof three)[number]) =>
  strictness(a) >= strictness(b) ? a : b;

/** `inconclusive` is honest; any other answer than the truth is not. */
function wrongOf(
  summary: { mapping: string; filtering: string },
  truth: { mapping: string; filtering: string },
): boolean {
  const differs = (got: string, want: string) => got !== 'inconclusive' && got !== want;
  return differs(summary.mapping, truth.mapping) || differs(summary.filtering, truth.filtering);
}

describe('double NAT', () => {
  it.each([0, 0.1])('is as hard as the harder of the two, at loss %d', (loss) => {
    const wrong: string[] = [];
    let open = 0;
    let runs = 0;
    for (const inner of three) {
      for (const outer of three) {
        for (const filtering of three) {
          for (let seed = 1; seed <= 8; seed += 1) {
            const nat = { mapping: inner, filtering: APD } as const;
            const outerNat = { mapping: outer, filtering } as const;
            const { summary } = classifyNat(discover({ seed, loss, nat, outerNat }).evidence);
            runs += 1;
            if (summary.mapping === 'inconclusive' || summary.filtering === 'inconclusive') open += 1;
            const truth = { mapping: stricter(inner, outer), filtering: APD };
            if (wrongOf(summary, truth))
              wrong.push(
                `${inner} + ${outer}/${filtering} seed ${seed}: ${summary.mapping}/${summary.filtering}`,
              );
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(open / runs).toBeLessThanOrEqual(0.005);
  });
});

describe('ports', () => {
  it('that collide behind a port-preserving NAT do not look dependent', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const nat = { mapping: EI, filtering: APD, ports: 'preserving' } as const;
      const { net, nats, discover: run } = buildWorld({ seed, nat, host: { firstPort: 40_000 } });
      // A neighbour behind the same NAT has the same local ports and was there first.
      const neighbour = net.addHost({ addresses: ['10.0.0.3'], nats, firstPort: 40_000 });
      const first = new NatDiscovery(planNat([{ address: '203.0.113.10', port: 3478 }]), seededBytes(seed));
      net.run(neighbour, first, { untilMs: 20_000 });
      expect(classifyNat(run().evidence).summary, `seed ${seed}`).toMatchObject({
        mapping: EI,
        filtering: APD,
        portAllocation: expect.not.stringMatching(/^preserving$/),
      });
    }
  });

  it('that the NAT still remembers from earlier runs do not open its filter', () => {
    for (const filtering of three) {
      for (const mapping of three) {
        const wrong: string[] = [];
        // 60 runs in seconds through one NAT that remembers for 30 s; ports repeat now and then, as on Linux.
        const { discover: run } = buildWorld({ seed: 21, nat: { mapping, filtering, ports: 'preserving' } });
        for (let index = 0; index < 60; index += 1) {
          const { summary } = classifyNat(run().evidence);
          if (summary.mapping !== mapping || summary.filtering !== filtering) {
            wrong.push(`run ${index}: ${summary.mapping}/${summary.filtering}`);
          }
        }
        expect(wrong, `${mapping}/${filtering}`).toEqual([]);
      }
    }
  });

  it('one filter socket whose port the NAT remembers is outvoted, with less confidence', () => {
    const nat = { mapping: EI, filtering: APD, ports: 'preserving' } as const;
    const { nats, net, discover: run } = buildWorld({ seed: 4, nat, host: { firstPort: 50_000 } });
    // Three mapping sockets come first, so this will be the first filter socket: an earlier program spoke from its
    // port to all corners of the server.
    const from = { address: '10.0.0.2', port: 50_003 };
    for (const port of [3478, 3479]) {
      for (const address of ['203.0.113.10', '203.0.113.11']) {
        nats[0]?.outbound(net.nowMs, { from, to: { address, port } });
      }
    }
    const { verdicts } = classifyNat(run().evidence);
    const filtering = verdicts.find((v) => v.name === 'filtering');
    expect(filtering).toMatchObject({ value: APD });
    expect(filtering?.reason).toContain('remembered');
    expect(filtering?.confidence).toBeLessThan(0.9);
  });
});

describe('very short UDP timeouts', () => {
  it.each([
    [500, 40],
    [1000, 40],
    [1000, 300],
    [2000, 300],
  ])('of %d ms are never read as another class at %d ms round trip', (lifetimeMs, rttMs) => {
    const wrong: string[] = [];
    for (const mapping of three) {
      for (const filtering of three) {
        for (let seed = 1; seed <= 10; seed += 1) {
          const nat = { mapping, filtering, lifetimeMs, ports: 'random' } as const;
          const { summary } = classifyNat(discover({ seed, rttMs, nat }).evidence);
          if (wrongOf(summary, nat))
            wrong.push(`${mapping}/${filtering} seed ${seed}: ${summary.mapping}/${summary.filtering}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
