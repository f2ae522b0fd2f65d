import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import {
  type Dependence,
  dependenceKey,
  type FilterScope,
  type NatEngine,
  type Pairing,
  type PortPolicy,
} from '../nat-behaviour.ts';
import type { Flow, Middlebox, NatOutcome } from './middlebox.ts';
import { PhantomPeers } from './phantom-peers.ts';
import { type PortAllocator, type PortRange, portAllocator } from './port-allocator.ts';
import { type SeededRandom, seededRandom } from './seeded-random.ts';

export interface NatBoxOptions {
  readonly mapping: Dependence;
  readonly filtering: Dependence;
  /** External addresses, at least one; unused (and may be empty) with `firewallOnly`. */
  readonly addresses: readonly string[];
  /** Default `preserving`. */
  readonly ports?: PortPolicy;
  /** Default 40000–49999, and 1024–65535 for `random`. */
  readonly portRange?: PortRange;
  /** Which pool address a mapping gets; default `paired`. */
  readonly pairing?: Pairing;
  /** How `arbitrary` takes the next address: one after the other, or by chance. Default `in-turn`. */
  readonly poolPick?: 'in-turn' | 'random';
  /** RFC 4787 §6: packets from inside to an external address of this NAT come back in. Default false. */
  readonly hairpin?: boolean;
  /** How long a mapping and a permission live after the last *outbound* packet (REQ-6). Default 30 000. */
  readonly lifetimeMs?: number;
  /** Packets that come in refresh as well (RFC 4787 REQ-6 allows both). Default false. */
  readonly inboundRefresh?: boolean;
  /** Default `mapping`. */
  readonly filterScope?: FilterScope;
  /** Default `table`. */
  readonly engine?: NatEngine;
  /** No translation, filtering only: a stateful firewall in front of public addresses. Default false. */
  readonly firewallOnly?: boolean;
  /** See `Middlebox.rewritesPayload`. Default false. */
  readonly alg?: boolean;
  /** For random ports and pools. Default 1. */
  readonly seed?: number;
}

interface Mapping {
  readonly internal: Endpoint;
  readonly external: Endpoint;
  expiresMs: number;
}

/** RFC 5382 REQ-5: established connections live for two hours and four minutes at least. */
const tcpLifetimeMs = 7_440_000;

/**
 * A NAT after RFC 4787 as pure state: the caller passes time and packets in and gets packets out.
 * The same words describe the kernel NATs of the lab, so that both can be held against each other.
 */
export class NatBox implements Middlebox {
  #addresses: readonly string[];
  readonly hairpin: boolean;
  readonly firewallOnly: boolean;
  readonly rewritesPayload: boolean;
  readonly #options: NatBoxOptions;
  readonly #lifetimeMs: number;
  readonly #takePort: PortAllocator;
  /** Its own source, so that the ports of a seed stay what they were. */
  readonly #poolRandom: SeededRandom;
  readonly #byKey = new Map<string, Mapping>();
  readonly #byExternal = new Map<string, Mapping>();
  /** Session engine: internal endpoint and remote of a live session → the mapping it runs over. */
  readonly #sessions = new Map<string, Mapping>();
  readonly #phantoms: PhantomPeers;
  /** By their external endpoint: what hosts have asked for (RFC 6887 §11), open to every sender. */
  readonly #opened = new Map<string, Mapping>();
  /** Permission key → when it ends. */
  readonly #permits = new Map<string, number>();
  readonly #pairs = new Map<string, number>();
  #mappingsMade = 0;
  #tcp: NatBox | null = null;

  constructor(options: NatBoxOptions) {
    if (!options.firewallOnly && options.addresses.length === 0) {
      throw new RangeError('a translating NAT needs at least one external address');
    }
    this.#options = options;
    this.#addresses = options.firewallOnly ? [] : options.addresses;
    this.hairpin = options.hairpin ?? false;
    this.firewallOnly = options.firewallOnly ?? false;
    this.rewritesPayload = options.alg ?? false;
    this.#lifetimeMs = options.lifetimeMs ?? 30_000;
    const policy = options.ports ?? 'preserving';
    const range =
      options.portRange ??
      (policy === 'random' ? { first: 1024, last: 65_535 } : { first: 40_000, last: 49_999 });
    this.#takePort = portAllocator(policy, range, seededRandom(options.seed ?? 1));
    this.#poolRandom = seededRandom((options.seed ?? 1) + 0x5eed);
    this.#phantoms = new PhantomPeers(seededRandom((options.seed ?? 1) + 0xfa70));
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** As after a restart: no mapping, permission or session is left. What chose its own ports goes on to others. */
  forget(): void {
    for (const table of [this.#byKey, this.#byExternal, this.#sessions, this.#permits]) table.clear();
    this.#tcp?.forget();
  }

  /**
   * RFC 6887 §11: a port that leads to this internal endpoint from everywhere, the same number where nobody else has asked
   * for that. Neither silence nor a restart ends it. Null: there is no address to open it on.
   */
  openPort(internal: Endpoint): Endpoint | null {
    const [address] = this.#addresses;
    if (address === undefined) return null;
    let { port } = internal;
    while (this.#opened.has(formatEndpoint({ address, port }))) port = port === 65_535 ? 1_024 : port + 1;
    const external = { address, port };
    this.#opened.set(formatEndpoint(external), { internal, external, expiresMs: 0 });
    return external;
  }

  /** Speaks from other addresses from now on, as many as before. Whoever routes to it must be told. */
  renumber(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.#opened.clear();
    this.forget();
    this.#tcp?.renumber(addresses);
  }

  /** What the same box does with TCP: the same behaviour, with ports and state of its own. */
  get tcp(): NatBox {
    this.#tcp ??= new NatBox({ ...this.#options, addresses: this.#addresses, lifetimeMs: tcpLifetimeMs });
    return this.#tcp;
  }

  /** A packet from inside on its way out. */
  outbound(nowMs: number, sent: Flow): NatOutcome {
    const flow = { from: sent.from, to: this.#phantoms.real(sent) };
    const mapping = this.#mappingFor(nowMs, sent);
    if (mapping === null) return { kind: 'drop', reason: 'ports-exhausted' };
    // RFC 4787 REQ-6: outbound packets refresh, of the mapping and of what the filter remembers.
    mapping.expiresMs = nowMs + this.#lifetimeMs;
    this.#permits.set(this.#permitKey(mapping, flow.to), nowMs + this.#lifetimeMs);
    return { kind: 'pass', flow: { from: mapping.external, to: flow.to } };
  }

  /** A packet from outside that wants in; it refreshes nothing unless told to (RFC 4787 REQ-6). */
  inbound(nowMs: number, flow: Flow): NatOutcome {
    const known = this.#byExternal.get(formatEndpoint(flow.to));
    const live = known !== undefined && known.expiresMs > nowMs ? known : undefined;
    const opened = this.#opened.get(formatEndpoint(flow.to));
    const mapping = live ?? opened;
    if (mapping === undefined) return { kind: 'drop', reason: 'no-mapping' };
    const permittedUntilMs = this.#permits.get(this.#permitKey(mapping, flow.from));
    if (opened === undefined && (permittedUntilMs === undefined || permittedUntilMs <= nowMs)) {
      return { kind: 'drop', reason: 'filtered' };
    }
    if (mapping === opened) opened.expiresMs = nowMs + this.#lifetimeMs;
    if (this.#options.inboundRefresh) {
      mapping.expiresMs = nowMs + this.#lifetimeMs;
      this.#permits.set(this.#permitKey(mapping, flow.from), nowMs + this.#lifetimeMs);
    }
    const from =
      this.#options.engine === 'session' ? this.#sessionSource(nowMs, mapping, flow.from) : flow.from;
    return { kind: 'pass', flow: { from, to: mapping.internal } };
  }

  /** Opens a session for what comes in, under a name that no other session of this host with the same peer has. */
  #sessionSource(nowMs: number, mapping: Mapping, remote: Endpoint): Endpoint {
    const isFree = (candidate: Endpoint) => {
      const running = this.#sessions.get(sessionKey(mapping.internal, candidate));
      return running === undefined || running.expiresMs <= nowMs || running === mapping;
    };
    const source = this.#phantoms.nameOf(mapping.internal, mapping.external, remote, isFree);
    this.#sessions.set(sessionKey(mapping.internal, source), mapping);
    return source;
  }

  /** External endpoints that are live, for explanations. */
  mappings(nowMs: number): { internal: Endpoint; external: Endpoint }[] {
    return [...this.#byExternal.values()]
      .filter((mapping) => mapping.expiresMs > nowMs)
      .map(({ internal, external }) => ({ internal, external }));
  }

  #mappingFor(nowMs: number, flow: Flow): Mapping | null {
    const session = sessionKey(flow.from, flow.to);
    const running = this.#options.engine === 'session' ? this.#sessions.get(session) : undefined;
    if (running !== undefined && running.expiresMs > nowMs) return running;

    // A firewall keeps one state per internal endpoint: there is nothing to translate differently.
    const kind = this.firewallOnly ? 'endpoint-independent' : this.#options.mapping;
    const key = `${formatEndpoint(flow.from)}>${dependenceKey(kind, flow.to)}`;
    const known = this.#byKey.get(key);
    if (known !== undefined && known.expiresMs > nowMs) {
      if (this.#options.engine === 'session') this.#sessions.set(session, known);
      return known;
    }

    const external = this.firewallOnly ? flow.from : this.#newExternal(nowMs, flow.from);
    if (external === null) return null;
    const mapping: Mapping = { internal: flow.from, external, expiresMs: nowMs + this.#lifetimeMs };
    this.#byKey.set(key, mapping);
    this.#byExternal.set(formatEndpoint(external), mapping);
    if (this.#options.engine === 'session') this.#sessions.set(session, mapping);
    return mapping;
  }

  #newExternal(nowMs: number, internal: Endpoint): Endpoint | null {
    const address = this.#poolAddress(internal.address);
    this.#mappingsMade += 1;
    const port = this.#takePort({
      internalPort: internal.port,
      isFree: (candidate) => {
        const holder = this.#byExternal.get(formatEndpoint({ address, port: candidate }));
        return holder === undefined || holder.expiresMs <= nowMs;
      },
    });
    if (port === null) return null;
    const external = { address, port };
    this.#forgetPermits(external);
    return external;
  }

  /** A reused port starts with a clean filter: permissions of its former owner are not inherited. */
  #forgetPermits(external: Endpoint): void {
    if (!this.#byExternal.has(formatEndpoint(external))) return;
    const scope = `${formatEndpoint(external)}<`;
    for (const key of this.#permits.keys()) if (key.startsWith(scope)) this.#permits.delete(key);
  }

  #poolAddress(internalAddress: string): string {
    const size = this.#addresses.length;
    let index = this.#mappingsMade % size;
    if (this.#options.pairing !== 'arbitrary') {
      // RFC 4787 §4.1 "paired": the first mapping of an internal address decides for all later ones.
      index = this.#pairs.get(internalAddress) ?? this.#pairs.size % size;
      this.#pairs.set(internalAddress, index);
    } else if (this.#options.poolPick === 'random') {
      index = Math.floor(this.#poolRandom() * size);
    }
    const address = this.#addresses[index];
    if (address === undefined) throw new RangeError('the address pool is empty');
    return address;
  }

  #permitKey(mapping: Mapping, remote: Endpoint): string {
    const holder = this.#options.filterScope === 'endpoint' ? mapping.internal : mapping.external;
    return `${formatEndpoint(holder)}<${dependenceKey(this.#options.filtering, remote)}`;
  }
}

function sessionKey(internal: Endpoint, remote: Endpoint): string {
  return `${formatEndpoint(internal)}>${formatEndpoint(remote)}`;
}
