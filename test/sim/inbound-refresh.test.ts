import { describe, expect, it } from 'vitest';
import { type InboundRefreshEvent, InboundRefreshTest } from '../../probe/nat/inbound-refresh.ts';
import { type LifetimeEvent, LifetimeTest } from '../../probe/nat/lifetime.ts';
import { pathVerdicts } from '../../probe/path/path-verdicts.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Machine } from '../../stun/machine.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const endpoints = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};
const idleTimesSec = [15, 30, 45, 60];
const three = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;

interface Case {
  readonly nat: Omit<NatBoxOptions, 'addresses' | 'seed'>;
  readonly seed?: number;
  readonly loss?: number;
  readonly rttMs?: number;
}

/** Both tests through the same kind of NAT; each through its own, as their sockets share nothing. */
function judge({ nat, seed = 1, loss = 0, rttMs = 40 }: Case) {
  const through = <Event>(machine: Machine<Event>) => {
    const net = new SimNet({ seed, oneWayDelayMs: rttMs / 2, lossRate: loss });
    const host = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
    net.attach(host, new BindingServer({ endpoints, software: 'test' }), { sockets: endpoints });
    const nats = [new NatBox({ addresses: ['198.51.100.10'], seed, ...nat })];
    net.run(net.addHost({ addresses: ['10.0.0.2'], nats }), machine, { untilMs: 120_000 });
    expect(machine.isFinished()).toBe(true);
  };
  const options = { server: endpoints.PP, idleTimesSec, random: seededBytes(seed) };
  const idle = new LifetimeTest(options);
  const fed = new InboundRefreshTest(options);
  through<LifetimeEvent>(idle);
  through<InboundRefreshEvent>(fed);
  const verdicts = pathVerdicts([...idle.evidence(), ...fed.evidence()]);
  const { value, confidence, reason } = verdicts.find(({ name }) => name === 'inboundRefresh') ?? {
    reason: '',
  };
  return { value, confidence, reason };
}

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;

describe('refresh of mappings by inbound packets', () => {
  for (const loss of [0, 0.05, 0.1]) {
    it(`is told right for nine NAT classes at ${loss * 100} % loss each way, or left open`, () => {
      const wrong: string[] = [];
      let open = 0;
      for (const mapping of three) {
        for (const filtering of three) {
          for (const inboundRefresh of [true, false]) {
            for (const lifetimeMs of [20_000, 40_000]) {
              const nat = { mapping, filtering, inboundRefresh, lifetimeMs };
              const { value, reason } = judge({ nat, loss, seed: wrong.length + lifetimeMs });
              const truth = inboundRefresh ? 'yes' : 'no';
              if (value === 'unknown') open += 1;
              else if (value !== truth) wrong.push(`${mapping}/${filtering} ${truth}: ${value} (${reason})`);
            }
          }
        }
      }
      expect(wrong).toEqual([]);
      expect(open).toBeLessThanOrEqual(loss === 0 ? 0 : 2);
    });
  }

  it('holds on a path of 1 200 ms, and says what it saw', () => {
    const refreshed = judge({ nat: { ...home, lifetimeMs: 40_000, inboundRefresh: true }, rttMs: 1_200 });
    expect(refreshed).toMatchObject({
      value: 'yes',
      reason: expect.stringContaining('others were gone after 45 s'),
    });
    const forgotten = judge({ nat: { ...home, lifetimeMs: 40_000 }, rttMs: 1_200 });
    expect(forgotten).toMatchObject({
      value: 'no',
      reason: expect.stringMatching(/from outside every 7\.5 s was gone after 45 s all the same/),
    });
  });

  it('leaves open what nothing expires in, and what expires sooner than it is fed', () => {
    const lasting = judge({ nat: { ...home, lifetimeMs: 300_000 } });
    expect(lasting).toMatchObject({
      value: 'unknown',
      confidence: 0,
      reason: 'no mapping expired during the test',
    });
    const brief = judge({ nat: { ...home, lifetimeMs: 5_000, inboundRefresh: true } });
    expect(brief).toMatchObject({
      value: 'unknown',
      reason: expect.stringContaining('live for less than the 7.5 s'),
    });
  });

  it('is not judged where it was not asked for', () => {
    expect(pathVerdicts([])).toEqual([]);
  });
});
