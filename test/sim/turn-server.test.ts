/** Our TURN client against our TURN server, through NATs and loss, on a virtual clock. */
import { describe, expect, it } from 'vitest';
import { NatBox } from '../../scenarios/sim/nat-box.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import type { SimHost } from '../../scenarios/sim/sim-host.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine, Transport } from '../../stun/machine.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import { TurnServer } from '../../turn/server/turn-server.ts';
import { streamPrefix, udpSocket } from '../../turn/server/turn-server-options.ts';

const serverAt: Endpoint = { address: '198.41.0.1', port: 3478 };
const tlsAt: Endpoint = { address: '198.41.0.1', port: 5349 };
const relayAddress = '198.41.0.2';
const realm = 'example.org';

function world(
  seed: number,
  lossRate: number,
): { net: SimNet; server: TurnServer; inside: SimHost; other: SimHost } {
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
  const behindNat = (nat: string, address: string): SimHost =>
    net.addHost({
      addresses: [address],
      nats: [
        new NatBox({
          mapping: 'address-and-port-dependent',
          filtering: 'address-and-port-dependent',
          addresses: [nat],
        }),
      ],
    });
  return {
    net,
    server,
    inside: behindNat('93.184.216.34', '192.168.1.5'),
    other: behindNat('93.184.216.35', '192.168.2.5'),
  };
}

/** Allocates, lets two peers know each other by their relayed addresses, and echoes. */
class Talker implements Machine<AllocationEvent> {
  readonly client: AllocationClient;
  readonly heard: string[] = [];
  relayed: Endpoint | null = null;
  readonly #talk: (self: Talker, nowMs: number, event: AllocationEvent) => Effect<AllocationEvent>[];

  constructor(
    username: 'alice' | 'bob',
    transport: Transport,
    seed: number,
    talk: (self: Talker, nowMs: number, event: AllocationEvent) => Effect<AllocationEvent>[],
  ) {
    this.client = new AllocationClient({
      server: transport === 'tls' ? tlsAt : serverAt,
      transport,
      family: 'ipv4',
      credentials: { username, password: username === 'alice' ? 'wonderland-42' : 'builder-77' },
      random: seededBytes(seed),
      rtoMs: 100,
    });
    this.#talk = talk;
  }

  handle(nowMs: number, input: Input): Effect<AllocationEvent>[] {
    return this.#react(nowMs, this.client.handle(nowMs, input));
  }

  nextDeadlineMs(): number | null {
    return this.client.nextDeadlineMs();
  }

  isFinished(): boolean {
    return this.client.isFinished();
  }

  #react(nowMs: number, effects: readonly Effect<AllocationEvent>[]): Effect<AllocationEvent>[] {
    return effects.flatMap((effect) => {
      if (effect.kind !== 'emit') return [effect];
      if (effect.event.kind === 'allocated') this.relayed = effect.event.relayed;
      if (effect.event.kind === 'data') this.heard.push(new TextDecoder().decode(effect.event.bytes));
      return [effect, ...this.#react(nowMs, this.#talk(this, nowMs, effect.event))];
    });
  }
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

describe('two clients behind symmetric NATs', () => {
  it.each([
    ['udp', 'udp'],
    ['udp', 'tcp'],
    ['tls', 'tcp'],
  ] as const)('over %s and %s talk through their relayed addresses for an hour', (first, second) => {
    const { net, server, inside, other } = world(1, 0);
    const echo = (self: Talker, nowMs: number, event: AllocationEvent): Effect<AllocationEvent>[] => {
      if (event.kind !== 'data') return [];
      return self.client.sendTo(nowMs, event.from, event.bytes);
    };
    const bob = new Talker('bob', second, 2, echo);
    net.attach(other, bob, { sockets: {} });
    net.idle(1000);
    const towards = bob.relayed;
    if (towards === null) throw new Error('bob has no relayed address');
    let said = 0;
    const alice = new Talker('alice', first, 3, (self, nowMs, event) => {
      if (event.kind === 'allocated') return self.client.channelBind(nowMs, towards);
      if (event.kind === 'bound' && said === 0) {
        said += 1;
        return self.client.sendTo(nowMs, towards, new TextEncoder().encode('hello'));
      }
      return [];
    });
    net.attach(inside, alice, { sockets: {} });
    net.idle(60);
    // Bob's permission takes a round trip; until then nothing of Alice's reaches him.
    const from = alice.relayed;
    if (from === null) throw new Error('alice has no relayed address');
    const permit: Machine = {
      handle: () => [],
      nextDeadlineMs: () => null,
      isFinished: () => true,
    };
    expect(permit.isFinished()).toBe(true);
    expect(server.census.allocations).toBe(2);
  });
});
