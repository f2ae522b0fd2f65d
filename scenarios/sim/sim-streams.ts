import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { LinkError, SocketId } from '../../stun/machine.ts';
import type { EventQueue } from './event-queue.ts';
import type { SimHost, SocketOwner } from './sim-host.ts';

interface StreamEnd {
  readonly owner: SocketOwner;
  readonly socket: SocketId;
  /** What the other side sees as this side's address. */
  readonly visibleAs: Endpoint;
}

export interface StreamConnect {
  readonly owner: SocketOwner;
  readonly host: SimHost;
  readonly socket: SocketId;
  readonly secure: boolean;
  readonly to: Endpoint;
}

/**
 * TCP and TLS as reliable byte streams: in order, never lost, connected after one round trip (TLS 1.3 takes one
 * more). NATs in front of the client show their first external address; nobody can connect to a host behind one.
 */
export class SimStreams {
  readonly #oneWayDelayMs: number;
  readonly #connectTimeoutMs: number;
  readonly #queue: EventQueue;
  readonly #listeners = new Map<string, { owner: SocketOwner; prefix: string }>();
  readonly #publicAddresses: (address: string) => boolean;
  readonly #peers = new Map<SocketOwner, Map<SocketId, StreamEnd>>();
  #accepted = 0;

  constructor(options: {
    oneWayDelayMs: number;
    connectTimeoutMs: number;
    queue: EventQueue;
    isPublicAddress: (address: string) => boolean;
  }) {
    this.#oneWayDelayMs = options.oneWayDelayMs;
    this.#connectTimeoutMs = options.connectTimeoutMs;
    this.#queue = options.queue;
    this.#publicAddresses = options.isPublicAddress;
  }

  /** @param prefix accepted streams are called by it and a number, e.g. `tcp:1` */
  listen(owner: SocketOwner, prefix: string, at: Endpoint): void {
    this.#listeners.set(formatEndpoint(at), { owner, prefix });
  }

  connect(nowMs: number, { owner, host, socket, secure, to }: StreamConnect): void {
    const letOut = host.tcpPortsOut?.includes(to.port) ?? true;
    const listener = letOut ? this.#listeners.get(formatEndpoint(to)) : undefined;
    const roundTripMs = 2 * this.#oneWayDelayMs;
    if (listener === undefined) {
      const refused = letOut && this.#publicAddresses(to.address);
      const error: LinkError = refused
        ? { code: 'ECONNREFUSED', message: `nobody listens on TCP at ${formatEndpoint(to)}` }
        : { code: 'ETIMEDOUT', message: `no answer from ${formatEndpoint(to)}` };
      this.#queue.add(nowMs + (refused ? roundTripMs : this.#connectTimeoutMs), (atMs) =>
        owner.step(atMs, { kind: 'open-failed', socket, error }),
      );
      return;
    }
    const address = host.addressOf(to.address.includes(':') ? 'ipv6' : 'ipv4') ?? to.address;
    const local: Endpoint = { address, port: host.ephemeralPort(address) };
    const outermost = host.nats.findLast((nat) => !nat.firewallOnly);
    const visibleAs: Endpoint = { address: outermost?.addresses[0] ?? address, port: local.port };
    this.#accepted += 1;
    const acceptedSocket = `${listener.prefix}${this.#accepted}`;
    this.#queue.add(nowMs + (secure ? 2 : 1) * roundTripMs, (atMs) => {
      this.#join(owner, socket, { owner: listener.owner, socket: acceptedSocket, visibleAs: to });
      this.#join(listener.owner, acceptedSocket, { owner, socket, visibleAs });
      listener.owner.step(atMs, { kind: 'opened', socket: acceptedSocket, local: to });
      owner.step(atMs, { kind: 'opened', socket, local });
    });
  }

  /** False when `socket` is not a connected stream of this owner. */
  send(nowMs: number, owner: SocketOwner, socket: SocketId, sent: Uint8Array): boolean {
    const peer = this.#peers.get(owner)?.get(socket);
    if (peer === undefined) return false;
    const self = this.#peers.get(peer.owner)?.get(peer.socket);
    const bytes = sent.slice();
    this.#queue.add(nowMs + this.#oneWayDelayMs, (atMs) => {
      if (self === undefined) return;
      peer.owner.step(atMs, { kind: 'received', socket: peer.socket, from: self.visibleAs, bytes });
    });
    return true;
  }

  close(nowMs: number, owner: SocketOwner, socket: SocketId): void {
    const peer = this.#peers.get(owner)?.get(socket);
    if (peer === undefined) return;
    this.#peers.get(owner)?.delete(socket);
    this.#queue.add(nowMs + this.#oneWayDelayMs, (atMs) => {
      if (this.#peers.get(peer.owner)?.delete(peer.socket)) {
        peer.owner.step(atMs, { kind: 'closed', socket: peer.socket });
      }
    });
  }

  /** Closes whatever an owner still has open. */
  closeAll(nowMs: number, owner: SocketOwner): void {
    for (const socket of [...(this.#peers.get(owner)?.keys() ?? [])]) this.close(nowMs, owner, socket);
    this.#peers.delete(owner);
  }

  #join(owner: SocketOwner, socket: SocketId, peer: StreamEnd): void {
    const ends = this.#peers.get(owner) ?? new Map<SocketId, StreamEnd>();
    ends.set(socket, peer);
    this.#peers.set(owner, ends);
  }
}
