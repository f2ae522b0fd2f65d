import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../contract/nat-report.ts';
import { pathVerdicts } from '../../probe/path/path-verdicts.ts';
import { TcpTest } from '../../probe/path/tcp-test.ts';
import { NatBox, type NatBoxOptions } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const endpoints = {
  PP: { address: '203.0.113.10', port: 3478 },
  PA: { address: '203.0.113.10', port: 3479 },
  AP: { address: '203.0.113.11', port: 3478 },
  AA: { address: '203.0.113.11', port: 3479 },
};

interface Case {
  readonly nat?: Omit<NatBoxOptions, 'addresses' | 'seed'> & { readonly addresses?: readonly string[] };
  readonly rttMs?: number;
  readonly server?: 'one address' | 'no dialling' | 'no TCP';
}

function probe({ nat, rttMs = 40, server: kind }: Case): {
  mapping: Verdict;
  filtering: Verdict;
  tookMs: number;
} {
  const net = new SimNet({ oneWayDelayMs: rttMs / 2, connectTimeoutMs: 3_000 });
  const host = net.addHost({ addresses: ['203.0.113.10', '203.0.113.11'] });
  const own = kind === 'one address' ? { PP: endpoints.PP } : endpoints;
  const machine = new BindingServer({
    endpoints: own,
    software: 'test',
    streamsEverywhere: kind !== 'no dialling',
  });
  const listen = Object.fromEntries(Object.entries(own).map(([corner, at]) => [`tcp:${corner}:`, at]));
  net.attach(host, machine, { sockets: own, listen: kind === 'no TCP' ? {} : listen });
  const translated = nat !== undefined && !nat.firewallOnly;
  const client = net.addHost({
    addresses: [translated ? '10.0.0.2' : '198.51.100.20'],
    nats: nat ? [new NatBox({ addresses: ['198.51.100.10'], ...nat })] : [],
  });
  const [finished] = net.run(client, new TcpTest(endpoints.PP, seededBytes(1)), { untilMs: 30_000 });
  const verdicts = pathVerdicts(finished?.evidence ?? []);
  const named = (name: string): Verdict => {
    const verdict = verdicts.find((v) => v.name === name);
    if (verdict === undefined) throw new Error(`no verdict ${name}`);
    return verdict;
  };
  return { mapping: named('tcpMapping'), filtering: named('tcpFiltering'), tookMs: net.nowMs };
}

const home = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' } as const;
const three = ['endpoint-independent', 'address-dependent', 'address-and-port-dependent'] as const;

describe('TCP mapping and filtering', () => {
  const nine = three.flatMap((mapping) => three.map((filtering) => ({ mapping, filtering })));
  const cells = [5, 40, 300, 1_200].flatMap((rttMs) => nine.map((nat) => ({ ...nat, rttMs })));
  it.for(cells)('$mapping / $filtering at $rttMs ms', ({ mapping, filtering, rttMs }) => {
    for (const ports of ['preserving', 'sequential', 'random'] as const) {
      const found = probe({ nat: { mapping, filtering, ports }, rttMs });
      expect([found.mapping.value, found.filtering.value], ports).toEqual([mapping, filtering]);
      expect(found.mapping.confidence).toBeGreaterThan(0.9);
      expect(found.tookMs).toBeLessThan(15_000);
    }
  });

  it('knows a port-dependent mapping, the fourth corner', () => {
    expect(probe({ nat: { ...home, mapping: 'port-dependent' } }).mapping.value).toBe('port-dependent');
  });

  it('without translation and filter has all open, behind a firewall the filter only', () => {
    const { mapping, filtering } = probe({});
    expect(mapping).toMatchObject({
      value: 'endpoint-independent',
      reason: expect.stringContaining('no translation'),
    });
    expect(filtering.value).toBe('endpoint-independent');
    const walled = probe({ nat: { ...home, firewallOnly: true } });
    expect(walled.mapping.reason).toContain('no translation');
    expect(walled.filtering.value).toBe('address-and-port-dependent');
  });

  it('leaves open what a server without second address, or without our extension, cannot show', () => {
    const one = probe({ nat: home, server: 'one address' });
    expect(one.mapping).toMatchObject({
      value: 'inconclusive',
      reason: expect.stringContaining('no second address for TCP'),
    });
    expect(one.filtering).toMatchObject({
      value: 'inconclusive',
      confidence: 0,
      reason: expect.stringContaining('could not connect back'),
    });
    expect(probe({ nat: home, server: 'no dialling' }).filtering).toMatchObject({
      value: 'inconclusive',
      reason: expect.stringContaining('does not connect back'),
    });
    const none = probe({ nat: home, server: 'no TCP' });
    for (const verdict of [none.mapping, none.filtering]) {
      expect(verdict).toMatchObject({ value: 'inconclusive', reason: 'no server answered over TCP' });
    }
  });
});
