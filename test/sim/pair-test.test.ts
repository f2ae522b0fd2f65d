import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../contract/evidence.ts';
import type { Verdict } from '../../contract/nat-report.ts';
import { planBehaviours } from '../../probe/nat/behaviours.ts';
import { classifyNat } from '../../probe/nat/classify.ts';
import { NatDiscovery } from '../../probe/nat/discovery.ts';
import { PairTest } from '../../probe/nat/pair-test.ts';
import { anyEngine, anyScope } from '../../probe/nat/pair-worlds.ts';
import { planNat } from '../../probe/nat/plan.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';
import { nineBehaviours } from './simulated-report.ts';

const corners = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

interface World {
  readonly nat: Omit<NatBoxOptions, 'addresses' | 'seed'>;
  readonly seed?: number;
  readonly loss?: number;
  readonly oneAddress?: boolean;
  readonly asked?: boolean;
}

/** Discovery, then the pair test if there is a server for it; the two verdicts. */
function probe({ nat, seed = 1, loss = 0, oneAddress = false, asked = true }: World) {
  const net = new SimNet({ seed, oneWayDelayMs: 20, lossRate: loss });
  const server = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  const endpoints = oneAddress ? { PP: corners.PP, PA: corners.PA } : corners;
  net.attach(server, new BindingServer({ endpoints, software: 'test' }), { sockets: endpoints });
  const box = new NatBox({ addresses: ['198.51.100.10'], seed, ports: 'random', ...nat });
  const client = net.addHost({ addresses: ['10.0.0.2'], nats: [box] });
  const evidence: Evidence[] = [];
  const discovery = new NatDiscovery(planNat([corners.PP]), seededBytes(seed));
  for (const event of net.run(client, discovery, { untilMs: 20_000 })) {
    if (event.kind === 'finished') evidence.push(...event.evidence);
  }
  const plan = planBehaviours({ pairs: asked }, [corners.PP], evidence);
  const startedMs = net.nowMs;
  if (plan !== null && plan.pairs !== null) {
    const test = new PairTest(plan.pairs, seededBytes(seed + 1_000));
    for (const event of net.run(client, test, { untilMs: startedMs + 20_000 }))
      evidence.push(...event.evidence);
  }
  const { verdicts } = classifyNat(evidence);
  const said = (name: string) => verdicts.find((verdict) => verdict.name === name) as Verdict;
  return { answers: said('answersOver'), scope: said('filterScope'), tookMs: net.nowMs - startedMs };
}

const dependent = nineBehaviours
  .filter((mapping) => mapping !== 'endpoint-independent')
  .flatMap((mapping) => nineBehaviours.map((filtering) => ({ mapping, filtering })));

describe('the pair test, through every kind of NAT whose mapping depends on the peer', () => {
  const kinds = dependent.flatMap((nat) =>
    anyEngine.flatMap((engine) => anyScope.map((filterScope) => ({ ...nat, engine, filterScope }))),
  );

  it.each(kinds)('$mapping mapping, $filtering filtering: $engine, per $filterScope', (nat) => {
    const { answers, scope } = probe({ nat });
    const filters = nat.filtering !== 'endpoint-independent';
    expect(scope.value, scope.reason).toBe(filters ? nat.filterScope : 'unknown');
    if (filters && nat.filterScope === 'endpoint') {
      // The virtual NAT keeps to the older of two sessions with one peer, where a kernel rewrites the source of the
      // younger one; so only the kernel lab can tell its two engines apart here.
      expect(answers.value).not.toBe('unknown');
    } else {
      // Seen only where the filter lets in a packet that the mapping was not made for.
      const seen = !filters || (nat.filtering === 'address-dependent' && nat.mapping !== 'address-dependent');
      expect(answers.value, answers.reason).toBe(seen ? nat.engine : 'unknown');
    }
  });

  it('is never wrong where a tenth of all packets is lost each way, and mostly right', () => {
    const nat = { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' } as const;
    const values = { right: 0, open: 0 };
    for (let seed = 1; seed <= 50; seed += 1) {
      for (const filterScope of anyScope) {
        const { scope } = probe({ nat: { ...nat, filterScope }, seed, loss: 0.1 });
        expect(scope.value).toBeOneOf([filterScope, 'unknown']);
        values[scope.value === 'unknown' ? 'open' : 'right'] += 1;
      }
    }
    expect(values.right).toBeGreaterThanOrEqual(95);
  });

  it('ends within two seconds of the virtual clock', () => {
    for (const nat of dependent) expect(probe({ nat }).tookMs).toBeLessThan(2_000);
  });
});

describe('where there is nothing to tell', () => {
  const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
  const reasons = (world: World) => [probe(world).answers.reason, probe(world).scope.reason];

  it('one mapping for all peers', () => {
    expect(reasons({ nat: home })).toEqual(Array(2).fill(expect.stringContaining('makes no difference')));
  });

  it('a server with one address', () => {
    const expected = Array(2).fill(expect.stringContaining('no server has a second address'));
    expect(reasons({ nat: home, oneAddress: true })).toEqual(expected);
  });

  it('not asked for', () => {
    expect(reasons({ nat: home, asked: false })).toEqual(Array(2).fill('not asked for (--pairs)'));
  });
});
