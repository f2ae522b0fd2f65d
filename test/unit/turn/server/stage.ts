/** A TURN server without sockets: requests by hand, a clock that jumps, and everything that came out. */
import { seededBytes } from '../../../../scenarios/sim/seeded-random.ts';
import {
  type Attribute,
  type AttributeName,
  type AttributeValues,
  checkIntegrity,
  decodeMessage,
  type Endpoint,
  encodeChannelData,
  encodeMessage,
  getAttribute,
  type Input,
  longTermKey,
  methods,
  type StunMessage,
  sealMessage,
} from '../../../../stun/index.ts';
import type { Effect, SocketId } from '../../../../stun/machine.ts';
import type { ServerMachine } from '../../../../turn/server/server-machine.ts';
import { TurnServer } from '../../../../turn/server/turn-server.ts';
import type { TurnServerEvent } from '../../../../turn/server/turn-server-event.ts';
import type { TurnServerOptions, TurnSettings } from '../../../../turn/server/turn-server-options.ts';

export const serverAddress = '198.51.100.1';
export const serverAddress6 = '2600:1::1';
export const relayAddress = '198.51.100.2';
export const relayAddress6 = '2600:1::2';
export const clientAt: Endpoint = { address: '93.184.216.34', port: 40_000 };
/** An ordinary public address. */
export const peerAt: Endpoint = { address: '8.8.4.4', port: 50_001 };
export const peerAt6: Endpoint = { address: '2606:4700::1111', port: 50_001 };
export const realm = 'example.org';
export const alice = { username: 'alice', password: 'wonderland-42' };
export const bob = { username: 'bob', password: 'builder-77' };
/** 2030-01-01, the time at machine time 0. */
export const epochMs = 1_893_456_000_000;
export const udp = 'udp:0:PP';

export const settings: TurnSettings = {
  accounts: { realm, users: { alice: alice.password, bob: bob.password }, secrets: [] },
  peers: { allow: [], deny: [], lowestPort: 1024 },
  quota: { perUser: 10, total: 100, bandwidth: null },
  redirect: { servers: [], when: 'full' },
  strictExpiry: false,
};

/** 198.51.100.0/24 is refused as documentation by default; here it stands for public addresses of the server. */
export function serverOptions(more: Partial<TurnServerOptions> = {}): TurnServerOptions {
  return {
    listeners: [
      { name: '0', endpoints: { PP: { address: serverAddress, port: 3478 } } },
      { name: '6', endpoints: { PP: { address: serverAddress6, port: 3478 } } },
    ],
    relays: [
      { local: relayAddress, external: relayAddress },
      { local: relayAddress6, external: relayAddress6 },
    ],
    ports: { first: 50_000, last: 50_999 },
    settings,
    ownAddresses: [],
    random: seededBytes(7),
    epochMs: (nowMs) => epochMs + nowMs,
    software: null,
    ...more,
  };
}

export interface Sent {
  readonly socket: SocketId;
  readonly to: Endpoint;
  readonly bytes: Uint8Array;
}

export class Stage {
  readonly server: ServerMachine;
  readonly sent: Sent[] = [];
  readonly events: TurnServerEvent[] = [];
  readonly ignored: string[] = [];
  /** Relayed ports: UDP sockets, and TCP sockets that listen. */
  readonly open = new Map<SocketId, Endpoint>();
  readonly closed: SocketId[] = [];
  /** Connections that the server makes to peers; nobody answers unless the test does. */
  readonly dials: Extract<Effect, { kind: 'open' }>[] = [];
  /** What the server has last said about reading from a stream. */
  readonly reading = new Map<SocketId, boolean>();
  /** Ports that another program holds. */
  readonly busy = new Set<number>();
  /** While false, sockets that are opened do not answer. */
  opens = true;
  nowMs = 1000;

  constructor(
    more: Partial<TurnServerOptions> = {},
    server: ServerMachine = new TurnServer(serverOptions(more)),
  ) {
    this.server = server;
  }

  input(input: Input): Effect<TurnServerEvent>[] {
    const effects = this.server.handle(this.nowMs, input);
    this.take(effects);
    return effects;
  }

  take(effects: readonly Effect<TurnServerEvent>[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.sent.push(effect);
      else if (effect.kind === 'emit') this.events.push(effect.event);
      else if (effect.kind === 'ignore') this.ignored.push(effect.reason);
      else if (effect.kind === 'close') {
        this.open.delete(effect.socket);
        this.closed.push(effect.socket);
      } else if (effect.kind === 'read') this.reading.set(effect.socket, effect.on);
      else if (effect.kind === 'listen') {
        if ('at' in effect) this.#open(effect.socket, effect.at);
      } else if (effect.transport === 'tcp') this.dials.push(effect);
      else this.#open(effect.socket, effect.at ?? { address: '', port: 0 });
    }
  }

  /** Lets time pass, with every deadline on the way. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let next = this.server.nextDeadlineMs(); next !== null && next <= endMs; ) {
      this.nowMs = Math.max(this.nowMs, next);
      this.input({ kind: 'deadline' });
      next = this.server.nextDeadlineMs();
    }
    this.nowMs = endMs;
  }

  /** What one input makes the server send. */
  sends(run: () => void): Sent[] {
    const before = this.sent.length;
    run();
    return this.sent.slice(before);
  }

  /** A datagram of a peer to a relayed address. */
  fromPeer(peer: Endpoint, relayed: Endpoint, bytes: Uint8Array): Sent[] {
    const socket = [...this.open].find(([, at]) => at.port === relayed.port)?.[0] ?? 'none';
    return this.sends(() => this.input({ kind: 'received', socket, from: peer, bytes }));
  }

  #open(socket: SocketId, at: Endpoint): void {
    if (!this.opens) return;
    if (this.busy.has(at.port)) {
      this.input({ kind: 'open-failed', socket, error: { code: 'EADDRINUSE', message: 'taken' } });
      return;
    }
    this.open.set(socket, at);
    this.input({ kind: 'opened', socket, local: at });
  }
}

export interface Reply {
  readonly message: StunMessage;
  readonly bytes: Uint8Array;
  /** Of ERROR-CODE; 0 for a success. */
  readonly code: number;
  readonly sealed: 'valid' | 'invalid' | 'absent';
}

export interface AskOptions {
  readonly id?: Uint8Array;
  /** Sends it bare. */
  readonly bare?: boolean;
  /** Before the seal is put on. */
  readonly change?: (attributes: Attribute[]) => Attribute[];
  readonly algorithm?: 'sha1' | 'sha256';
  readonly key?: Uint8Array;
  readonly fingerprint?: boolean;
  /** Takes a 438 for an answer instead of asking again with the new nonce. */
  readonly keepStale?: boolean;
}

let ids = 0;
export function nextId(): Uint8Array {
  ids += 1;
  const id = new Uint8Array(12);
  new DataView(id.buffer).setUint32(8, ids);
  return id;
}

/** One client at one address: it fetches its nonce by itself and seals what it sends. */
export class Client {
  readonly stage: Stage;
  readonly at: Endpoint;
  readonly socket: SocketId;
  readonly user: { readonly username: string; readonly password: string };
  nonce: string | null = null;

  constructor(
    stage: Stage,
    {
      at = clientAt,
      socket = udp,
      user = alice,
    }: { at?: Endpoint; socket?: SocketId; user?: { username: string; password: string } } = {},
  ) {
    this.stage = stage;
    this.at = at;
    this.socket = socket;
    this.user = user;
    if (!socket.startsWith('udp:')) {
      stage.input({ kind: 'opened', socket, local: { address: serverAddress, port: 3478 } });
    }
  }

  get key(): Uint8Array {
    return longTermKey(this.user.username, realm, this.user.password);
  }

  send(bytes: Uint8Array): Sent[] {
    const { socket, at } = this;
    return this.stage.sends(() => this.stage.input({ kind: 'received', socket, from: at, bytes }));
  }

  /** Null: silence. */
  exchange(bytes: Uint8Array, key: Uint8Array = this.key): Reply | null {
    const sent = this.send(bytes).find(({ socket }) => socket === this.socket);
    return sent === undefined ? null : readReply(sent.bytes, key);
  }

  /** The bytes of a request, dressed with what a login needs. */
  dressed(method: number, attributes: readonly Attribute[], options: AskOptions = {}): Uint8Array {
    const { username } = this.user;
    const login: Attribute[] = [
      { name: 'USERNAME', value: username },
      { name: 'REALM', value: realm },
      { name: 'NONCE', value: this.nonce ?? '' },
    ];
    const all = options.bare === true ? [...attributes] : [...attributes, ...login];
    const message: StunMessage = {
      method,
      class: 'request',
      transactionId: options.id ?? nextId(),
      attributes: options.change?.(all) ?? all,
    };
    if (options.bare === true) return encodeMessage(message);
    const { key = this.key, algorithm = 'sha1', fingerprint = false } = options;
    return sealMessage(message, { key, algorithm, fingerprint });
  }

  ask(method: number, attributes: readonly Attribute[], options: AskOptions = {}): Reply {
    if (this.nonce === null && options.bare !== true) this.login();
    const reply = this.exchange(this.dressed(method, attributes, options), options.key);
    if (reply === null) throw new Error(`no answer: ${this.stage.ignored.at(-1)}`);
    if (reply.code !== 438 || options.keepStale === true) return reply;
    this.nonce = getAttribute(reply.message, 'NONCE') ?? null;
    return this.ask(method, attributes, { ...options, keepStale: true });
  }

  /** Fetches a nonce. */
  login(): Reply {
    const reply = this.ask(methods.allocate, [transportUdp], { bare: true });
    this.nonce = getAttribute(reply.message, 'NONCE') ?? null;
    return reply;
  }

  allocate(attributes: readonly Attribute[] = [], options: AskOptions = {}): Reply {
    return this.ask(methods.allocate, [transportUdp, ...attributes], options);
  }

  /** Allocates and returns the relayed address. */
  relayed(attributes: readonly Attribute[] = []): Endpoint {
    const { message, code } = this.allocate(attributes);
    const relayed = getAttribute(message, 'XOR-RELAYED-ADDRESS');
    if (relayed === undefined) throw new Error(`no allocation: ${code}`);
    return relayed;
  }

  refresh(lifetimeSec?: number, attributes: readonly Attribute[] = []): Reply {
    const lifetime: Attribute[] = lifetimeSec === undefined ? [] : [{ name: 'LIFETIME', value: lifetimeSec }];
    return this.ask(methods.refresh, [...lifetime, ...attributes]);
  }

  permit(...peers: readonly Endpoint[]): Reply {
    return this.ask(methods.createPermission, peers.map(peerAttribute));
  }

  bind(channel: number, peer: Endpoint): Reply {
    return this.ask(methods.channelBind, [{ name: 'CHANNEL-NUMBER', value: channel }, peerAttribute(peer)]);
  }

  indicate(peer: Endpoint, data: Uint8Array, more: readonly Attribute[] = []): Sent[] {
    const attributes: Attribute[] = [peerAttribute(peer), { name: 'DATA', value: data }, ...more];
    return this.send(sendIndication(attributes));
  }

  channelData(channel: number, data: Uint8Array): Sent[] {
    return this.send(encodeChannelData(channel, data, !this.socket.startsWith('udp:')));
  }
}

export const transportUdp: Attribute = { name: 'REQUESTED-TRANSPORT', value: 17 };

export function peerAttribute(value: Endpoint): Attribute {
  return { name: 'XOR-PEER-ADDRESS', value };
}

export function sendIndication(attributes: readonly Attribute[]): Uint8Array {
  return encodeMessage({ method: methods.send, class: 'indication', transactionId: nextId(), attributes });
}

export function readReply(bytes: Uint8Array, key: Uint8Array): Reply {
  const decoded = decodeMessage(bytes);
  if (!decoded.ok) throw new Error(decoded.problem);
  const { message } = decoded;
  const code = getAttribute(message, 'ERROR-CODE')?.code ?? 0;
  return { message, bytes, code, sealed: checkIntegrity(bytes, key) };
}

export function valueIn<N extends AttributeName>(reply: Reply, name: N): AttributeValues[N] | undefined {
  return getAttribute(reply.message, name);
}

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
