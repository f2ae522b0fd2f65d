import { performance } from 'node:perf_hooks';
import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input } from '../../stun/machine.ts';
import { BindingServer, streamPrefix } from '../server/binding-server.ts';
import { type Corner, type CornerEndpoints, corners, hasAlternate, isCorner } from '../server/corners.ts';
import { dialPrefix } from '../server/dial-in.ts';
import type { RateLimits } from '../server/rate-table.ts';
import { type CornerPlan, costOfMissingAddress, planCorners } from './corner-plan.ts';
import { ListenError } from './listen-error.ts';
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
  readonly limits?: Partial<RateLimits>;
  readonly streamLimits?: Partial<StreamLimits>;
  /** Errors while it runs; none of them stops the server. */
  readonly onProblem?: (text: string) => void;
}

export interface StunServerHandle {
  /** `stun:HOST:PORT` of the primary endpoint. */
  readonly uri: string;
  readonly endpoints: CornerEndpoints;
  /** True when all four endpoints serve, so that mapping and filtering can be tested. */
  readonly rfc5780: boolean;
  /** What is missing and what that costs; null when nothing is. */
  readonly note: string | null;
  close(): Promise<void>;
}

/** Free pairs of ports are found at the first or second try; this is only there so that it ends. */
const portAttempts = 20;

/** Opens the sockets and serves until `close()`. Throws {@link ListenError}; nothing stays open then. */
export async function startStunServer(options: StunServerOptions): Promise<StunServerHandle> {
  const plan = planCorners(options.primary, options.alternate);
  const anyPort = options.primary.port === 0 || options.alternate?.port === 0;
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
  #machine: BindingServer | null = null;

  constructor(options: StunServerOptions) {
    this.#options = options;
  }

  async open(plan: CornerPlan): Promise<StunServerHandle> {
    const first = await this.#openCorner('PP', plan.primary);
    const note =
      plan.alternate === null ? plan.note : await this.#openAlternates(plan, first, plan.alternate);
    const endpoints = this.#endpoints(first);
    const software = this.#options.software ?? 'polynya';
    const streamsEverywhere = true;
    this.#machine = new BindingServer({ endpoints, software, streamsEverywhere, ...limitsOf(this.#options) });
    return {
      uri: `stun:${formatEndpoint(first)}`,
      endpoints,
      rfc5780: hasAlternate(endpoints),
      note,
      close: () => this.close(),
    };
  }

  async #openAlternates(plan: CornerPlan, first: Endpoint, alternate: Endpoint): Promise<string | null> {
    const second = await this.#openCorner('PA', { address: first.address, port: alternate.port });
    if (alternate.address === first.address) return plan.note;
    try {
      await this.#openCorner('AP', { address: alternate.address, port: first.port });
    } catch (error) {
      if (error instanceof ListenError && error.errno === 'EADDRNOTAVAIL')
        return costOfMissingAddress(alternate.address);
      throw error;
    }
    await this.#openCorner('AA', { address: alternate.address, port: second.port });
    return plan.note;
  }

  /** UDP, and TCP on the same port: RFC 5780 s4.3 measures the mapping of TCP the same way. */
  async #openCorner(corner: Corner, wanted: Endpoint): Promise<Endpoint> {
    const listener = await listenUdp(wanted, {
      onDatagram: (from, bytes) => this.#feed({ kind: 'received', socket: corner, from, bytes }),
      onProblem: (text) => this.#options.onProblem?.(`${corner}: ${text}`),
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

  #endpoints(first: Endpoint): CornerEndpoints {
    const rest = corners.flatMap((corner) => {
      const listener = this.#udp.get(corner);
      return listener === undefined ? [] : [[corner, listener.endpoint] as const];
    });
    return { ...Object.fromEntries(rest), PP: first };
  }

  #feed(input: Input): void {
    const machine = this.#machine;
    if (machine === null) return;
    for (const effect of machine.handle(performance.now(), input)) this.#carryOut(effect);
    clearTimeout(this.#deadline);
    const deadlineMs = machine.nextDeadlineMs();
    if (deadlineMs === null) return;
    const waitMs = Math.max(1, Math.ceil(deadlineMs - performance.now()));
    this.#deadline = setTimeout(() => this.#feed({ kind: 'deadline' }), waitMs);
  }

  #carryOut(effect: Effect): void {
    if (effect.kind === 'open' && effect.to !== undefined) {
      this.#dialler.dial(effect.socket, effect.to, effect.localAddress);
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

  /** May be called more than once. */
  async close(): Promise<void> {
    const listeners = [...this.#udp.values(), ...this.#tcp.values()];
    this.#udp.clear();
    this.#tcp.clear();
    this.#machine = null;
    clearTimeout(this.#deadline);
    this.#dialler.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}

function limitsOf(options: StunServerOptions): { limits?: Partial<RateLimits> } {
  return options.limits === undefined ? {} : { limits: options.limits };
}
