import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { Flow, Middlebox, NatOutcome } from './middlebox.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

export interface ConntrackBoxOptions {
  /** The external address. */
  readonly address: string;
  /**
   * Does the router’s own input chain accept UDP from outside? Then a packet that nobody asked for becomes a
   * connection of the router itself, which occupies its pair of endpoints. Default false, as routers should.
   */
  readonly acceptsInput?: boolean;
  /** After the last packet of a connection, in either direction. Default 30 000, as in Linux. */
  readonly lifetimeMs?: number;
  /** For the ports chosen after a clash. Default 1. */
  readonly seed?: number;
}

/** Linux: five days. */
const tcpLifetimeMs = 432_000_000;

interface Connection {
  /** Null: a connection of the router itself. */
  readonly internal: Endpoint | null;
  readonly external: Endpoint;
  expiresMs: number;
}

/**
 * What Linux does for a plain `masquerade`: no mapping table, but connections whose pairs of endpoints must differ.
 * A source keeps its port, and then the same one for every destination, as long as no other connection clashes.
 */
export class ConntrackBox implements Middlebox {
  readonly addresses: readonly string[];
  readonly hairpin = false;
  readonly firewallOnly = false;
  readonly rewritesPayload = false;
  readonly #options: ConntrackBoxOptions;
  readonly #acceptsInput: boolean;
  readonly #lifetimeMs: number;
  readonly #random: SeededRandom;
  /** By the pair as seen inside, and as seen outside. */
  readonly #byInside = new Map<string, Connection>();
  readonly #byOutside = new Map<string, Connection>();
  /** What each internal endpoint was translated to last. */
  readonly #lastOf = new Map<string, Connection>();
  #tcp: ConntrackBox | null = null;

  constructor(options: ConntrackBoxOptions) {
    this.#options = options;
    this.addresses = [options.address];
    this.#acceptsInput = options.acceptsInput ?? false;
    this.#lifetimeMs = options.lifetimeMs ?? 30_000;
    this.#random = seededRandom(options.seed ?? 1);
  }

  get tcp(): ConntrackBox {
    this.#tcp ??= new ConntrackBox({ ...this.#options, lifetimeMs: tcpLifetimeMs });
    return this.#tcp;
  }

  outbound(nowMs: number, flow: Flow): NatOutcome {
    const key = pair(flow.from, flow.to);
    const known = this.#byInside.get(key);
    const connection = known !== undefined && known.expiresMs > nowMs ? known : this.#connect(nowMs, flow);
    connection.expiresMs = nowMs + this.#lifetimeMs;
    return { kind: 'pass', flow: { from: connection.external, to: flow.to } };
  }

  inbound(nowMs: number, flow: Flow): NatOutcome {
    const key = pair(flow.to, flow.from);
    const known = this.#byOutside.get(key);
    const live = known !== undefined && known.expiresMs > nowMs ? known : null;
    if (live === null && this.#acceptsInput) {
      this.#byOutside.set(key, {
        internal: null,
        external: flow.to,
        expiresMs: nowMs + this.#lifetimeMs,
      });
    }
    if (live === null || live.internal === null) return { kind: 'drop', reason: 'no-mapping' };
    live.expiresMs = nowMs + this.#lifetimeMs;
    return { kind: 'pass', flow: { from: flow.from, to: live.internal } };
  }

  #connect(nowMs: number, flow: Flow): Connection {
    const isFree = (external: Endpoint) => {
      const holder = this.#byOutside.get(pair(external, flow.to));
      return holder === undefined || holder.expiresMs <= nowMs;
    };
    const source = formatEndpoint(flow.from);
    const before = this.#lastOf.get(source);
    const kept = { address: this.#options.address, port: flow.from.port };
    let external = before !== undefined && before.expiresMs > nowMs ? before.external : kept;
    if (!isFree(external)) external = kept;
    while (!isFree(external)) {
      external = { address: this.#options.address, port: 1024 + Math.floor(this.#random() * 64_512) };
    }
    const connection: Connection = { internal: flow.from, external, expiresMs: nowMs };
    this.#byInside.set(pair(flow.from, flow.to), connection);
    this.#byOutside.set(pair(external, flow.to), connection);
    this.#lastOf.set(source, connection);
    return connection;
  }
}

function pair(ours: Endpoint, remote: Endpoint): string {
  return `${formatEndpoint(ours)}>${formatEndpoint(remote)}`;
}
