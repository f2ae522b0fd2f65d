import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Attribute } from '../../stun/attributes.ts';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { BindingServer, streamPrefix } from '../server/binding-server.ts';
import { type Corner, type CornerEndpoints, hasAlternate, isCorner } from '../server/corners.ts';
import { dialPrefix } from '../server/dial-in.ts';
import type { LinkState } from '../server/link-orderer.ts';
import type { LinkQuestion } from '../server/link-wire.ts';
import { type LinkEvent, LinkedServer } from '../server/linked-server.ts';
import type { RateLimits } from '../server/rate-table.ts';
import type { WitnessLog } from '../server/witness-log.ts';
import { transactionIdOf, WitnessedServer } from '../server/witnessed-server.ts';
import { type CornerPlan, planCorners, planLinkedCorners } from './corner-plan.ts';
import { ListenError } from './listen-error.ts';
import { openAlternateCorners } from './open-corners.ts';
import { type PeerWitness, peerWitness } from './peer-witness.ts';
import { TcpDialler } from './tcp-dialler.ts';
import { defaultStreamLimits, listenTcp, type StreamLimits, type TcpListener } from './tcp-listener.ts';
import { listenUdp, type UdpListener } from './udp-listener.ts';

export interface StunServerOptions {
  /** Where clients ask first, UDP and TCP. Port 0: any free one. */
  readonly primary: Endpoint;
  /** Second address and second port for RFC 5780; null: plain Binding. Port 0: any free one. */
  readonly alternate: { readonly address: string; readonly port: number } | null;
  /** SOFTWARE text. Default `polynya`; no version, so that nobody can pick old ones out. */
  readonly software?: string;
  /**
   * The host that has the other address; `alternate` is then the second port on our own. Both hosts have the same two
   * ports and the same secret.
   */
  readonly peer?: { readonly address: string; readonly secret: string };
  /** Where what clients ask to be watched is noted. */
  readonly witness?: WitnessLog;
  readonly limits?: Partial<RateLimits>;
  readonly streamLimits?: Partial<StreamLimits>;
  /** Errors while it runs; none of them stops the server. */
  readonly onProblem?: (text: string) => void;
  /** The link to the other host came up or went down. */
  readonly onLink?: (state: LinkState) => void;
}

/** Somebody else who listens at the UDP sockets of the corners: true: the datagram was for it. */
export type CornerGuest = (corner: Corner, from: Endpoint, bytes: Uint8Array) => boolean;
/** Sends from one of them. */
export type CornerSend = (corner: Corner, to: Endpoint, bytes: Uint8Array) => void;

export interface StunServerHandle {
  /** `stun:HOST:PORT` of the primary endpoint. */
  readonly uri: string;
  readonly endpoints: CornerEndpoints;
  /** True when all four endpoints serve, so that mapping and filtering can be tested. With a peer it may change. */
  readonly rfc5780: boolean;
  /** Null: there is no peer. */
  readonly link: LinkState | null;
  /** What the host on the other end of the link saw; null: there is no peer. */
  readonly peerWitness: PeerWitness | null;
  /** What is missing and what that costs; null when nothing is. */
  readonly note: string | null;
  /** Shares the sockets with one guest, who is asked first. */
  share(guest: CornerGuest): CornerSend;
  close(): Promise<void>;
}

/** Free pairs of ports are found at the first or second try; this is only there so that it ends. */
const portAttempts = 20;

/** Opens the sockets and serves until `close()`. Throws {@link ListenError}; nothing stays open then. */
export async function startStunServer(options: StunServerOptions): Promise<StunServerHandle> {
  const { primary, alternate, peer } = options;
  const plan =
    peer === undefined
      ? planCorners(primary, alternate)
      : planLinkedCorners(primary, alternate?.port ?? 0, peer.address);
  const anyPort = primary.port === 0 || alternate?.port === 0;
  for (let attempt = 1; ; attempt += 1) {
    const server = new ListeningServer(options);
    try {
      return await server.open(plan);
    } catch (error) {
      await server.close();
      // A free port on one address may be taken on the other one: try another pair.
      const retry = anyPort && error instanceof ListenError && error.errno === 'EADDRINUSE';
      if (!retry || attempt >= portAttempts) throw error;
    }
  }
}

/** One attempt to open all sockets, and what they do once they are open. */
class ListeningServer {
  readonly #options: StunServerOptions;
  readonly #udp = new Map<Corner, UdpListener>();
  readonly #tcp = new Map<Corner, TcpListener>();
  readonly #dialler = new TcpDialler({
    onOpened: (socket, local) => this.#feed({ kind: 'opened', socket, local }),
    onFailed: (socket, code) =>
      this.#feed({ kind: 'open-failed', socket, error: { code, message: 'the client was not reached' } }),
  });
  #deadline: NodeJS.Timeout | undefined;
  #machine: Machine<LinkEvent> | null = null;
  #guest: CornerGuest | null = null;
  /** Questions to the linked host that wait for their answer, by number. */
  readonly #asked = new Map<number, (answer: readonly Attribute[] | null) => void>();
  #questions = 0;

  constructor(options: StunServerOptions) {
    this.#options = options;
  }

  async open(plan: CornerPlan): Promise<StunServerHandle> {
    const first = await this.#openCorner('PP', plan.primary);
    const { endpoints, note } = await openAlternateCorners(plan, first, (corner, wanted) =>
      this.#openCorner(corner, wanted),
    );
    const machine = this.#newMachine(endpoints);
    this.#machine = machine;
    this.#feed({ kind: 'start' });
    const linked = machine instanceof LinkedServer ? machine : null;
    const link = () => linked?.state ?? null;
    return {
      uri: `stun:${formatEndpoint(first)}`,
      endpoints,
      get rfc5780() {
        return link() === 'up' || hasAlternate(endpoints);
      },
      get link() {
        return link();
      },
      peerWitness: linked && peerWitness(linked.remote, (question) => this.#askPeer(linked, question)),
      note,
      share: (guest) => {
        this.#guest = guest;
        return (corner, to, bytes) => this.#udp.get(corner)?.send(to, bytes);
      },
      close: () => this.close(),
    };
  }

  #newMachine(endpoints: CornerEndpoints): Machine | LinkedServer {
    const { peer, software = 'polynya', limits, witness } = this.#options;
    const common = { software, streamsEverywhere: true, ...(limits !== undefined && { limits }) };
    const { PP, PA } = endpoints;
    if (peer !== undefined && PA !== undefined) {
      const watch = witness === undefined ? {} : { witness };
      return new LinkedServer({ own: { PP, PA }, peer, random: randomBytes, ...watch, ...common });
    }
    const server = new BindingServer({ endpoints, ...common });
    return witness === undefined ? server : new WitnessedServer(server, endpoints, witness);
  }

  /** UDP, and TCP on the same port: RFC 5780 s4.3 measures the mapping of TCP the same way. */
  async #openCorner(corner: Corner, wanted: Endpoint): Promise<Endpoint> {
    const listener = await listenUdp(wanted, {
      onDatagram: (from, bytes) => {
        if (this.#guest?.(corner, from, bytes) === true) return;
        this.#feed({ kind: 'received', socket: corner, from, bytes });
      },
      onProblem: (text) => this.#options.onProblem?.(`${corner}: ${text}`),
      onSendFailed: (bytes) => {
        const id = transactionIdOf(bytes);
        if (id !== null) this.#options.witness?.sendFailed(performance.now(), id);
      },
    });
    this.#udp.set(corner, listener);
    const idOf = (connection: number) => `${streamPrefix}${corner}:${connection}`;
    const handlers = {
      onChunk: (connection: number, from: Endpoint, bytes: Uint8Array) =>
        this.#feed({ kind: 'received', socket: idOf(connection), from, bytes }),
      onClosed: (connection: number) => this.#feed({ kind: 'closed', socket: idOf(connection) }),
    };
    const limits = { ...defaultStreamLimits, ...this.#options.streamLimits };
    this.#tcp.set(corner, await listenTcp(listener.endpoint, handlers, limits));
    return listener.endpoint;
  }

  #feed(input: Input): void {
    const machine = this.#machine;
    if (machine === null) return;
    this.#perform(machine, machine.handle(performance.now(), input));
  }

  #askPeer(machine: LinkedServer, question: LinkQuestion): Promise<readonly Attribute[] | null> {
    this.#questions += 1;
    const number = this.#questions;
    return new Promise((resolve) => {
      if (this.#machine === null) return resolve(null);
      this.#asked.set(number, resolve);
      this.#perform(machine, machine.inquire(performance.now(), number, question));
    });
  }

  #perform(machine: Machine<LinkEvent>, effects: readonly Effect<LinkEvent>[]): void {
    for (const effect of effects) this.#carryOut(effect);
    clearTimeout(this.#deadline);
    const deadlineMs = machine.nextDeadlineMs();
    if (deadlineMs === null) return;
    const waitMs = Math.max(1, Math.ceil(deadlineMs - performance.now()));
    this.#deadline = setTimeout(() => this.#feed({ kind: 'deadline' }), waitMs);
  }

  #carryOut(effect: Effect<LinkEvent>): void {
    if (effect.kind === 'emit') this.#onEvent(effect.event);
    if (effect.kind === 'open' && effect.to !== undefined) {
      this.#dialler.dial(effect.socket, effect.to, effect.at?.address);
    }
    if (effect.kind !== 'send' && effect.kind !== 'close') return;
    const { socket } = effect;
    if (isCorner(socket)) {
      if (effect.kind === 'send') this.#udp.get(socket)?.send(effect.to, effect.bytes);
    } else if (socket.startsWith(dialPrefix)) {
      if (effect.kind === 'send') this.#dialler.send(socket, effect.bytes);
      else this.#dialler.end(socket);
    } else {
      const [, corner = '', connection] = socket.split(':');
      const listener = isCorner(corner) ? this.#tcp.get(corner) : undefined;
      if (effect.kind === 'send') listener?.send(Number(connection), effect.bytes);
      else listener?.end(Number(connection));
    }
  }

  #onEvent(event: LinkEvent): void {
    if (event.kind === 'link') {
      this.#options.onLink?.(event.state);
      return;
    }
    this.#asked.get(event.inquiry)?.(event.attributes);
    this.#asked.delete(event.inquiry);
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    const listeners = [...this.#udp.values(), ...this.#tcp.values()];
    this.#udp.clear();
    this.#tcp.clear();
    this.#machine = null;
    for (const answer of this.#asked.values()) answer(null);
    this.#asked.clear();
    clearTimeout(this.#deadline);
    this.#dialler.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}
