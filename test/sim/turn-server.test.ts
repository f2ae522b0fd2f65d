/** Our TURN client against our TURN server, through NATs and loss, on a virtual clock. */
import { describe, expect, it } from 'vitest';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHost } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Machine } from '../../stun/machine.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import { TurnServer } from '../../turn/server/turn-server.ts';
import { streamPrefix, udpSocket } from '../../turn/server/turn-server-options.ts';
import { RelayPair } from '../lab/turn-relay-pair.ts';

const serverAt: Endpoint = { address: '198.41.0.1', port: 3478 };
const tlsAt: Endpoint = { address: '198.41.0.1', port: 5349 };
const relayAddress = '198.41.0.2';
const realm = 'example.org';

function world(seed: number, lossRate: number): { net: SimNet; server: TurnServer; inside: SimHost } {
  const net = new SimNet({ seed, lossRate });
  const server = new TurnServer({
    listeners: [
      { name: '0', endpoints: { PP: serverAt } },
      { name: 't', endpoints: { PP: tlsAt } },
    ],
    relays: [{ local: relayAddress, external: relayAddress }],
    ports: { first: 49_152, last: 65_535 },
    settings: {
      accounts: { realm, users: { alice: 'wonderland-42', bob: 'builder-77' }, secrets: [] },
      peers: { allow: [], deny: [], lowestPort: 1024 },
      quota: { perUser: 10, total: 100, bandwidth: null },
      redirect: { servers: [], when: 'full' },
      strictExpiry: false,
    },
    ownAddresses: [],
    random: seededBytes(seed),
    epochMs: (nowMs) => 1_893_456_000_000 + nowMs,
    software: null,
  });
  net.attach(net.addHost({ addresses: [serverAt.address, relayAddress] }), server, {
    sockets: { [udpSocket('0', 'PP')]: serverAt },
    listen: { [streamPrefix('tcp', '0')]: serverAt, [streamPrefix('tls', 't')]: tlsAt },
  });
  const nat = new NatBox({
    mapping: 'address-and-port-dependent',
    filtering: 'address-and-port-dependent',
    addresses: ['93.184.216.34'],
  });
  return { net, server, inside: net.addHost({ addresses: ['192.168.1.5'], nats: [nat] }) };
}

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe.each([0, 0.1])('with %d loss each way', (lossRate) => {
  it.each(['udp', 'tcp', 'tls'] as const)('over %s every seed allocates and gives back', (transport) => {
    for (const seed of seeds) {
      const { net, server, inside } = world(seed, lossRate);
      const machine = new AllocationClient({
        server: transport === 'tls' ? tlsAt : serverAt,
        transport,
        family: 'ipv4',
        credentials: { username: 'alice', password: 'wonderland-42' },
        random: seededBytes(seed),
        rtoMs: 100,
        releaseAfterAllocate: true,
      });
      const events = net.run(inside, machine, { untilMs: 60_000 });
      const allocated = events.find((event) => event.kind === 'allocated');
      expect(allocated).toMatchObject({
        relayed: { address: relayAddress },
        mapped: { address: '93.184.216.34' },
        lifetimeSec: 600,
      });
      expect(events.at(-1)).toMatchObject({ kind: 'released', confirmed: true });
      expect(server.census.allocations).toBe(0);
    }
  });
});

describe('two clients of one server behind a symmetric NAT', () => {
  it.each(['udp', 'tcp', 'tls'] as const)(
    'over %s: ping and pong through both relayed addresses',
    (transport) => {
      for (const seed of seeds) {
        const { net, server, inside } = world(seed, 0);
        const pair = new RelayPair({
          server: transport === 'tls' ? tlsAt : serverAt,
          transport,
          family: 'ipv4',
          credentials: { username: 'alice', password: 'wonderland-42' },
          random: seededBytes(seed),
          rtoMs: 100,
        });
        const said = net
          .run(inside, pair, { untilMs: 60_000 })
          .flatMap(({ side, event }) =>
            event.kind === 'data' ? [`${side} hears ${new TextDecoder().decode(event.bytes)}`] : [],
          );
        expect(said).toEqual(['b hears ping', 'a hears pong']);
        expect(server.census.allocations).toBe(0);
      }
    },
  );
});

describe('an hour of keeping alive', () => {
  it.each([0, 0.1])(
    'with %d loss: allocation, permission and channel hold, then the peer hears an echo',
    (lossRate) => {
      const { net, server, inside } = world(4, lossRate);
      const peer = { address: '203.0.114.9', port: 50_000 };
      const heard: string[] = [];
      const echo: Machine = {
        handle(_nowMs, input) {
          if (input.kind !== 'received') return [];
          return [{ kind: 'send', socket: 'peer', to: input.from, bytes: input.bytes }];
        },
        nextDeadlineMs: () => null,
        isFinished: () => false,
      };
      net.attach(net.addHost({ addresses: [peer.address] }), echo, { sockets: { peer } });
      const client = new AllocationClient({
        server: serverAt,
        transport: 'udp',
        family: 'ipv4',
        credentials: { username: 'bob', password: 'builder-77' },
        random: seededBytes(4),
      });
      const talking: Machine<AllocationEvent> = {
        handle: (nowMs, input) =>
          client.handle(nowMs, input).flatMap((effect) => {
            if (effect.kind !== 'emit') return [effect];
            if (effect.event.kind === 'data') heard.push(new TextDecoder().decode(effect.event.bytes));
            if (effect.event.kind === 'allocated') return [effect, ...client.channelBind(nowMs, peer)];
            // The client renews its channel every nine minutes; each time it says something.
            if (effect.event.kind === 'bound')
              return [effect, ...client.sendTo(nowMs, peer, new TextEncoder().encode('still there?'))];
            return [effect];
          }),
        nextDeadlineMs: () => client.nextDeadlineMs(),
        isFinished: () => client.isFinished(),
      };
      net.run(inside, talking, { untilMs: 3_600_000 });
      expect(server.census.allocations).toBe(1);
      expect(heard.length).toBeGreaterThanOrEqual(lossRate === 0 ? 6 : 3);
    },
  );
});
