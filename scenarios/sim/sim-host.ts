import { type AddressFamily, type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import type { Input, SocketId } from '../../stun/machine.ts';
import { LossProcess } from './loss-process.ts';
import type { Middlebox } from './middlebox.ts';
import type { NatBox } from './nat-box.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Realm } from './sim-routes.ts';

/**
 * `blocked`: datagrams vanish. `rejected`: they vanish and the sender learns it as `send-failed` EHOSTUNREACH
 * one round trip later, as from a firewall that sends ICMP administratively prohibited.
 */
export type UdpPolicy = 'open' | 'blocked' | 'rejected';

export interface SimHostOptions {
  /** As seen on the host itself; the first of a family is what sockets bind to. */
  readonly addresses: readonly string[];
  /** NATs between the host and the public side, innermost first. Hosts may share NATs. */
  readonly nats?: readonly Middlebox[];
  /** The same for its IPv6 addresses. */
  readonly nats6?: readonly Middlebox[];
  /** Addresses that begin so are reached through these, the translator first (RFC 6146). */
  readonly nat64?: { readonly prefix: string; readonly nats: readonly Middlebox[] };
  /** Opens ports of its own for this host when asked (RFC 6887). */
  readonly portMapper?: NatBox;
  /** A second network that it is in. */
  readonly tunnel?: SimTunnel;
  /** Default `open`; holds for datagrams in both directions. */
  readonly udp?: UdpPolicy;
  /** TCP ports that a firewall lets connections out to; other connects time out. Default: all. */
  readonly tcpPortsOut?: readonly number[];
  /** On its way out TLS ends, with a certificate that it does not trust; what is no TLS is broken off. Default false. */
  readonly opensTls?: boolean;
  /** First ephemeral port, then one up for each socket; default: seeded random in 32768–60999, as Linux does. */
  readonly firstPort?: number;
  /** Loss (0–1) on the host's own line, i.e. before its NATs see the packet, added to that of the core. */
  readonly lossRate?: { readonly out?: number; readonly in?: number };
  /** Lost in a row on average. Default 1: each packet is decided by itself. */
  readonly lossBurst?: number;
  /** Of its line to the core, each way, added to the delay there. Default 0. */
  readonly delayMs?: number;
  /** Extra delay per datagram on its line, uniform in 0…jitterMs, each way. Default 0. */
  readonly jitterMs?: number;
}

/** What goes through it leaves by the way of another host, and comes in by it. */
export interface SimTunnel {
  /** Of the host, where that other one is. */
  readonly address: string;
  readonly carries: (address: string) => boolean;
  readonly neighbour: SimHost;
}

/** What runs on a host and owns sockets. */
export interface SocketOwner {
  step(nowMs: number, input: Input): void;
}

export interface BoundSocket {
  readonly owner: SocketOwner;
  readonly socket: SocketId;
  readonly local: Endpoint;
}

/** A machine on the virtual network: its addresses and the UDP sockets bound to them. */
export class SimHost {
  readonly addresses: readonly string[];
  readonly nats: readonly Middlebox[];
  readonly nats6: readonly Middlebox[];
  readonly nat64: SimHostOptions['nat64'];
  readonly portMapper: NatBox | null;
  readonly tunnel: SimTunnel | null;
  readonly udp: UdpPolicy;
  readonly tcpPortsOut: readonly number[] | null;
  readonly opensTls: boolean;
  readonly lossOut: LossProcess;
  readonly lossIn: LossProcess;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly #bound = new Map<string, BoundSocket>();
  readonly #random: SeededRandom;
  #nextPort: number | null;

  constructor(options: SimHostOptions, random: SeededRandom) {
    this.addresses = options.addresses;
    this.nats = options.nats ?? [];
    this.nats6 = options.nats6 ?? [];
    this.nat64 = options.nat64;
    this.portMapper = options.portMapper ?? null;
    this.tunnel = options.tunnel ?? null;
    this.udp = options.udp ?? 'open';
    this.tcpPortsOut = options.tcpPortsOut ?? null;
    this.opensTls = options.opensTls ?? false;
    const burst = options.lossBurst ?? 1;
    this.lossOut = new LossProcess(options.lossRate?.out ?? 0, burst, random);
    this.lossIn = new LossProcess(options.lossRate?.in ?? 0, burst, random);
    this.delayMs = options.delayMs ?? 0;
    this.jitterMs = options.jitterMs ?? 0;
    this.#nextPort = options.firstPort ?? null;
    this.#random = random;
  }

  /** By whose line, firewalls and NATs a packet to this address leaves: its own, unless a tunnel carries it. */
  wayTo(address: string): SimHost {
    return this.tunnel?.carries(address) ? this.tunnel.neighbour : this;
  }

  /** The same for a packet that comes to this address of the host. */
  wayAt(own: string): SimHost {
    return this.tunnel?.address === own ? this.tunnel.neighbour : this;
  }

  /** Sockets are bound to all addresses, and what leaves through the tunnel has the one there. */
  sourceOf(from: Endpoint, to: string): Endpoint {
    return this.tunnel?.carries(to) ? { ...from, address: this.tunnel.address } : from;
  }

  /** The network that a packet to this address begins in: behind the innermost NAT, or the public side. */
  realmTo(address: string): Realm {
    if (this.nat64 !== undefined && address.startsWith(this.nat64.prefix)) {
      return this.nat64.nats[0] ?? 'public';
    }
    const nats = familyOf(address) === 'ipv6' ? this.nats6 : this.nats;
    return nats[0] ?? 'public';
  }

  addressOf(family: AddressFamily): string | null {
    return this.addresses.find((address) => familyOf(address) === family) ?? null;
  }

  /** The address itself where it is one of this host's, else null. */
  owned(address: string): string | null {
    return this.addresses.includes(address) ? address : null;
  }

  bind(owner: SocketOwner, socket: SocketId, local: Endpoint): BoundSocket {
    const key = formatEndpoint(local);
    if (!this.addresses.includes(local.address)) throw new Error(`${key} is not an address of this host`);
    if (this.#bound.has(key)) throw new Error(`${key} is bound already`);
    const bound = { owner, socket, local };
    this.#bound.set(key, bound);
    return bound;
  }

  unbind(local: Endpoint): void {
    this.#bound.delete(formatEndpoint(local));
  }

  listenerAt({ address, port }: Endpoint): BoundSocket | null {
    const bound = this.tunnel?.address === address ? (this.addressOf('ipv4') ?? address) : address;
    return this.#bound.get(formatEndpoint({ address: bound, port })) ?? null;
  }

  ephemeralPort(address: string): number {
    for (;;) {
      let port = this.#nextPort;
      if (port === null) port = 32_768 + Math.floor(this.#random() * 28_232);
      else this.#nextPort = port + 1;
      if (this.listenerAt({ address, port }) === null) return port;
    }
  }
}
