/** Our clients against our server, through NATs and loss, on a virtual clock. */
import { describe, expect, it } from 'vitest';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { AllocationClient } from '../../turn/client/allocation-client.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { BindingServer } from '../../turn/server/binding-server.ts';

const natAddress = '198.51.100.1';
const endpoints = {
  PP: { address: '203.0.113.1', port: 3478 },
  PA: { address: '203.0.113.1', port: 3479 },
  AP: { address: '203.0.113.2', port: 3478 },
  AA: { address: '203.0.113.2', port: 3479 },
};

function makeNet(seed: number, lossRate: number): { net: SimNet; inside: ReturnType<SimNet['addHost']> } {
  const net = new SimNet({ seed, lossRate });
  const server = net.addHost({ addresses: ['203.0.113.1', '203.0.113.2'] });
  net.attach(server, new BindingServer({ endpoints, software: 'polynya' }), { sockets: endpoints });
  const nat = new NatBox({
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    addresses: [natAddress],
  });
  return { net, inside: net.addHost({ addresses: ['192.168.1.5'], nats: [nat] }) };
}

function ask(seed: number, lossRate: number, server: Endpoint): BindingEvent[] {
  const { net, inside } = makeNet(seed, lossRate);
  const machine = new BindingClient({ server, transport: 'udp', random: seededBytes(seed), rtoMs: 100 });
  return net.run(inside, machine, { untilMs: 60_000 });
}

const seeds = Array.from({ length: 50 }, (_, index) => index + 1);

describe.each([0, 0.05, 0.1])('Binding through a symmetric NAT with %d loss each way', (lossRate) => {
  it.each(Object.entries(endpoints))('at %s every seed finds the NAT’s address', (_corner, server) => {
    for (const seed of seeds) {
      const events = ask(seed, lossRate, server);
      expect(events.at(-1)).toMatchObject({
        kind: 'mapped',
        mapped: { address: natAddress },
        software: 'polynya',
      });
      expect(events[0]).toMatchObject({ kind: 'transaction', record: { outcome: 'answered', from: server } });
    }
  });
});

describe('Binding where nothing comes back', () => {
  it('a server that is not there', () => {
    const [, verdict] = ask(1, 0, { address: '203.0.113.1', port: 9 });
    expect(verdict).toMatchObject({ kind: 'failed', failure: { code: 'timeout', detail: 'sent 7 times' } });
  });

  it.each([
    ['blocked', 'timeout'],
    ['rejected', 'unreachable'],
  ] as const)('UDP %s', (udp, code) => {
    const net = new SimNet();
    const host = net.addHost({ addresses: ['192.0.2.1'], udp });
    const machine = new BindingClient({ server: endpoints.PP, transport: 'udp', random: seededBytes(1) });
    expect(net.run(host, machine, { untilMs: 60_000 }).at(-1)).toMatchObject({
      kind: 'failed',
      failure: { code },
    });
  });
});

describe('a TURN client at a server that does not relay', () => {
  it('learns it in one round trip', () => {
    const { net, inside } = makeNet(1, 0);
    const machine = new AllocationClient({
      server: endpoints.PP,
      transport: 'udp',
      family: 'ipv4',
      credentials: { username: 'alice', password: 'x' },
      random: seededBytes(1),
    });
    const events = net.run(inside, machine, { untilMs: 60_000 });
    expect(events.at(-1)).toEqual({
      kind: 'failed',
      failure: { code: 'stun-400', detail: '400 No TURN Here' },
    });
    expect(net.nowMs).toBe(20);
  });
});
