/**
 * One client of ours at a server that misbehaves, for a quarter of an hour on the virtual clock: it allocates, talks
 * to one peer over a channel and to another by Send indications, and every five seconds each peer echoes a message.
 */
import type { FaultPlanInput } from '../../contract/fault-rules.ts';
import { faultPlanSchema } from '../../contract/fault-rules.ts';
import { seededBytes } from '../../scenarios/sim/seeded-random.ts';
import { SimNet } from '../../scenarios/sim/sim-net.ts';
import { mintRestCredential } from '../../stun/credential.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { AllocationClient, type AllocationEvent } from '../../turn/client/allocation-client.ts';
import type { AllocationFailure } from '../../turn/client/allocation-failure.ts';
import { BindingClient, type BindingEvent } from '../../turn/client/binding-client.ts';
import { compilePlan } from '../../turn/faults/compile.ts';
import type { FaultEvent } from '../../turn/faults/fault-event.ts';
import { FaultyServer } from '../../turn/faults/faulty-server.ts';
import { streamPrefix, type TurnServerOptions, udpSocket } from '../../turn/server/turn-server-options.ts';

export const serverAt: Endpoint = { address: '198.41.0.1', port: 3478 };
const secondAt: Endpoint = { address: '198.41.0.1', port: 3479 };
const relayAddress = '198.41.0.2';
const channelPeer: Endpoint = { address: '203.0.114.9', port: 50_000 };
const permissionPeer: Endpoint = { address: '203.0.114.10', port: 50_000 };
const secret = 'north-by-northwest';
const epochMs = 1_893_456_000_000;

export const sessionMs = 900_000;
export const talkEveryMs = 5_000;

export interface Echo {
  readonly peer: 'channel' | 'permission';
  readonly sentMs: number;
  /** Null: it never came back, or not as it was. */
  readonly heardMs: number | null;
}

export interface SessionRecord {
  readonly echoes: readonly Echo[];
  /** When it could talk to both peers; null: never. */
  readonly readyMs: number | null;
  readonly failure: { readonly atMs: number; readonly failure: AllocationFailure } | null;
  /** Peers that the client may not talk to. */
  readonly refusals: readonly { readonly atMs: number; readonly peer: Echo['peer']; readonly code: string }[];
  readonly faults: readonly FaultEvent[];
}

interface World {
  readonly net: SimNet;
  readonly server: FaultyServer;
  readonly faults: FaultEvent[];
}

export function faultyWorld(plan: FaultPlanInput, seed = 1): World {
  const compiled = compilePlan(faultPlanSchema.parse(plan));
  if (!compiled.ok) throw new Error(`${compiled.path.join('.')}: ${compiled.problem}`);
  const options: TurnServerOptions = {
    listeners: [
      { name: '0', endpoints: { PP: serverAt } },
      { name: '1', endpoints: { PP: secondAt } },
    ],
    relays: [{ local: relayAddress, external: relayAddress }],
    ports: { first: 49_152, last: 65_535 },
    settings: {
      accounts: { realm: 'example.org', users: {}, secrets: [secret] },
      peers: { allow: [], deny: [], lowestPort: 1024 },
      quota: { perUser: 10, total: 100, bandwidth: null },
      redirect: { servers: [], when: 'full' },
      strictExpiry: false,
    },
    ownAddresses: [],
    random: seededBytes(seed),
    epochMs: (nowMs) => epochMs + nowMs,
    software: null,
  };
  const net = new SimNet({ seed });
  const server = new FaultyServer(options, compiled.rules);
  const faults: FaultEvent[] = [];
  net.attach(net.addHost({ addresses: [serverAt.address, relayAddress] }), server, {
    sockets: { [udpSocket('0', 'PP')]: serverAt, [udpSocket('1', 'PP')]: secondAt },
    listen: { [streamPrefix('tcp', '0')]: serverAt },
    onEvent: (event) => {
      if (event.kind === 'fault') faults.push(event);
    },
  });
  return { net, server, faults };
}

const echo: Machine = {
  handle: (_nowMs, input) =>
    input.kind === 'received' ? [{ kind: 'send', socket: 'peer', to: input.from, bytes: input.bytes }] : [],
  nextDeadlineMs: () => null,
  isFinished: () => false,
};

export function runSession(plan: FaultPlanInput, transport: 'udp' | 'tcp'): SessionRecord {
  const { net, faults } = faultyWorld(plan);
  for (const peer of [channelPeer, permissionPeer]) {
    net.attach(net.addHost({ addresses: [peer.address] }), echo, { sockets: { peer } });
  }
  const { username, credential } = mintRestCredential(secret, 'tester', epochMs / 1000 + 3600);
  const talker = new Talker(
    new AllocationClient({
      server: serverAt,
      transport,
      family: 'ipv4',
      credentials: { username, password: credential },
      random: seededBytes(2),
    }),
  );
  net.run(net.addHost({ addresses: ['93.184.216.34'] }), talker, { untilMs: sessionMs });
  return {
    echoes: talker.echoes,
    readyMs: talker.readyMs,
    failure: talker.failure,
    refusals: talker.refusals,
    faults,
  };
}

/** One Binding at such a server. */
export function runBinding(
  plan: FaultPlanInput,
  transport: 'udp' | 'tcp',
): { events: BindingEvent[]; endedMs: number; faults: FaultEvent[] } {
  const { net, faults } = faultyWorld(plan);
  const client = new BindingClient({ server: serverAt, transport, random: seededBytes(2) });
  const events = net.run(net.addHost({ addresses: ['93.184.216.34'] }), client, { untilMs: 60_000 });
  return { events, endedMs: net.nowMs, faults };
}

class Talker implements Machine<AllocationEvent> {
  failure: SessionRecord['failure'] = null;
  readonly refusals: { atMs: number; peer: Echo['peer']; code: string }[] = [];
  readonly #client: AllocationClient;
  readonly #sent: { peer: Echo['peer']; sentMs: number; heardMs: number | null; payload: string }[] = [];
  readyMs: number | null = null;
  readonly #talksTo = new Set<Echo['peer']>();
  #nextMs: number | null = null;

  constructor(client: AllocationClient) {
    this.#client = client;
  }

  get echoes(): Echo[] {
    return this.#sent.map(({ peer, sentMs, heardMs }) => ({ peer, sentMs, heardMs }));
  }

  handle(nowMs: number, input: Input): Effect<AllocationEvent>[] {
    const effects = this.#client.handle(nowMs, input).flatMap((effect) => this.#pass(nowMs, effect));
    return [...effects, ...this.#talk(nowMs)];
  }

  nextDeadlineMs(): number | null {
    const times = [this.#nextMs, this.#client.nextDeadlineMs()].filter((atMs) => atMs !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  isFinished(): boolean {
    return this.#client.isFinished();
  }

  #pass(nowMs: number, effect: Effect<AllocationEvent>): Effect<AllocationEvent>[] {
    if (effect.kind !== 'emit') return [effect];
    const { event } = effect;
    switch (event.kind) {
      case 'allocated':
        return [
          ...this.#client.channelBind(nowMs, channelPeer),
          ...this.#client.createPermission(nowMs, [permissionPeer]),
        ];
      case 'bound':
        this.#begin(nowMs, 'channel');
        break;
      case 'permitted':
        this.#begin(nowMs, 'permission');
        break;
      case 'peer-refused': {
        const peer = event.peers.some((each) => sameEndpoint(each, channelPeer)) ? 'channel' : 'permission';
        this.#talksTo.delete(peer);
        this.refusals.push({ atMs: nowMs, peer, code: event.failure.code });
        break;
      }
      case 'failed':
        this.failure = { atMs: nowMs, failure: event.failure };
        break;
      case 'data':
        this.#hear(nowMs, event.from, event.bytes);
        break;
    }
    return [];
  }

  #begin(nowMs: number, peer: Echo['peer']): void {
    if (this.#talksTo.has(peer)) return;
    this.#talksTo.add(peer);
    this.#nextMs = nowMs;
    if (this.#talksTo.size === 2) this.readyMs ??= nowMs;
  }

  #talk(nowMs: number): Effect<AllocationEvent>[] {
    if (this.#nextMs === null || nowMs < this.#nextMs) return [];
    this.#nextMs = nowMs + talkEveryMs;
    return [...this.#talksTo].flatMap((peer) => {
      // Odd lengths show missing padding; every fourth fills a packet.
      const number = `${this.#sent.length} `;
      const payload = number.padEnd(this.#sent.length % 8 > 5 ? 1301 : 31, '.');
      this.#sent.push({ peer, sentMs: nowMs, heardMs: null, payload });
      const to = peer === 'channel' ? channelPeer : permissionPeer;
      return this.#client.sendTo(nowMs, to, new TextEncoder().encode(payload));
    });
  }

  #hear(nowMs: number, from: Endpoint, bytes: Uint8Array): void {
    const payload = new TextDecoder().decode(bytes);
    const peer = sameEndpoint(from, channelPeer) ? 'channel' : 'permission';
    const message = this.#sent.find((each) => each.payload === payload && each.peer === peer);
    if (message !== undefined) message.heardMs ??= nowMs;
  }
}
