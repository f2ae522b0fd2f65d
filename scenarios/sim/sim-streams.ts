import { type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import type { LinkError, SocketId } from '../../stun/machine.ts';
import type { EventQueue } from './event-queue.ts';
import type { SimHost, SocketOwner } from './sim-host.ts';
import type { Crossing, SimRoutes } from './sim-routes.ts';

interface StreamEnd {
  readonly owner: SocketOwner;
  readonly socket: SocketId;
  /** What the other side sees as this side's address. */
  readonly visibleAs: Endpoint;
  readonly oneWayDelayMs: number;
}

export interface StreamConnect {
  readonly owner: SocketOwner;
  readonly host: SimHost;
  readonly socket: SocketId;
  readonly secure: boolean;
  readonly to: Endpoint;
  /** Another stream of this owner whose local endpoint is shared. */
  readonly sameLocalAs?: SocketId | undefined;
  /** The local endpoint to leave from; port 0 is any free one. */
  readonly at?: Endpoint | undefined;
}

interface Listener {
  readonly owner: SocketOwner;
  readonly prefix: string;
}

/**
 * TCP and TLS as reliable byte streams: in order, never lost, connected after one round trip (TLS 1.3 takes one
 * more). The first packet goes through the NATs of both sides; what they let through stays open.
 */
export class SimStreams {
  readonly #oneWayDelayMs: number;
  readonly #connectTimeoutMs: number;
  readonly #queue: EventQueue;
  readonly #routes: SimRoutes<SimHost>;
  readonly #listeners = new Map<SimHost, Map<string, Listener>>();
  readonly #peers = new Map<SocketOwner, Map<SocketId, StreamEnd>>();
  readonly #locals = new Map<SocketOwner, Map<SocketId, Endpoint>>();
  #accepted = 0;

  constructor(options: {
    oneWayDelayMs: number;
    connectTimeoutMs: number;
    queue: EventQueue;
    routes: SimRoutes<SimHost>;
  }) {
    this.#oneWayDelayMs = options.oneWayDelayMs;
    this.#connectTimeoutMs = options.connectTimeoutMs;
    this.#queue = options.queue;
    this.#routes = options.routes;
  }

  /** @param prefix accepted streams are called by it and a number, e.g. `tcp:1` */
  listen(host: SimHost, owner: SocketOwner, prefix: string, at: Endpoint): void {
    const here = this.#listeners.get(host) ?? new Map<string, Listener>();
    this.#listeners.set(host, here.set(formatEndpoint(at), { owner, prefix }));
  }

  /** The local endpoint of an open stream. */
  localOf(owner: SocketOwner, socket: SocketId): Endpoint | null {
    return this.#locals.get(owner)?.get(socket) ?? null;
  }

  connect(nowMs: number, wanted: StreamConnect): void {
    const { owner, host, socket, secure, to } = wanted;
    const address = wanted.at?.address ?? host.addressOf(familyOf(to.address)) ?? to.address;
    const shared = wanted.sameLocalAs === undefined ? null : this.localOf(owner, wanted.sameLocalAs);
    const local = shared ?? { address, port: wanted.at?.port || host.ephemeralPort(address) };
    const fail = (afterMs: number, code: string, message: string) => {
      const error: LinkError = { code, message: `${message} ${formatEndpoint(to)}` };
      this.#queue.add(nowMs + afterMs, (atMs) => owner.step(atMs, { kind: 'open-failed', socket, error }));
    };
    const way = host.wayTo(to.address);
    const from = host.sourceOf(local, to.address);
    const crossing = this.#routes.outwards(nowMs, way.realmTo(to.address), { from, to }, 'tcp');
    const result = this.#routes.inwards(nowMs, crossing, 'tcp');
    const oneWayDelayMs = this.#delayMs(way, crossing);
    const roundTripMs = 2 * oneWayDelayMs;
    if (result.kind === 'dropped' || way.tcpPortsOut?.includes(to.port) === false) {
      fail(this.#connectTimeoutMs, 'ETIMEDOUT', 'no answer from');
      return;
    }
    if (way.opensTls) {
      // What is no TLS is found out with the first bytes; here that is the same moment.
      if (secure) fail(2 * roundTripMs, 'SELF_SIGNED_CERT_IN_CHAIN', 'a certificate of somebody else for');
      else fail(2 * roundTripMs, 'ECONNRESET', 'broken off on the way to');
      return;
    }
    const { flow } = result;
    const listener = this.#listeners.get(result.host)?.get(formatEndpoint(flow.to));
    if (listener === undefined) {
      fail(roundTripMs, 'ECONNREFUSED', 'nobody listens on TCP at');
      return;
    }
    this.#accepted += 1;
    const acceptedSocket = `${listener.prefix}${this.#accepted}`;
    this.#queue.add(nowMs + (secure ? 2 : 1) * roundTripMs, (atMs) => {
      const accepted = { owner: listener.owner, socket: acceptedSocket, visibleAs: to, oneWayDelayMs };
      this.#join(owner, socket, local, accepted);
      const asking = { owner, socket, visibleAs: flow.from, oneWayDelayMs };
      this.#join(listener.owner, acceptedSocket, flow.to, asking);
      listener.owner.step(atMs, {
        kind: 'opened',
        socket: acceptedSocket,
        local: flow.to,
        remote: flow.from,
      });
      owner.step(atMs, { kind: 'opened', socket, local });
    });
  }

  /** False when `socket` is not a connected stream of this owner. */
  send(nowMs: number, owner: SocketOwner, socket: SocketId, sent: Uint8Array): boolean {
    const peer = this.#peers.get(owner)?.get(socket);
    if (peer === undefined) return false;
    const self = this.#peers.get(peer.owner)?.get(peer.socket);
    const bytes = sent.slice();
    this.#queue.add(nowMs + peer.oneWayDelayMs, (atMs) => {
      if (self === undefined) return;
      peer.owner.step(atMs, { kind: 'received', socket: peer.socket, from: self.visibleAs, bytes });
    });
    return true;
  }

  close(nowMs: number, owner: SocketOwner, socket: SocketId): void {
    this.#stopListening((listener) => listener.owner === owner && listener.prefix === `${socket}:`);
    this.#locals.get(owner)?.delete(socket);
    const peer = this.#peers.get(owner)?.get(socket);
    if (peer === undefined) return;
    this.#peers.get(owner)?.delete(socket);
    this.#queue.add(nowMs + peer.oneWayDelayMs, (atMs) => {
      if (this.#peers.get(peer.owner)?.delete(peer.socket)) {
        peer.owner.step(atMs, { kind: 'closed', socket: peer.socket });
      }
    });
  }

  /** Closes whatever an owner still has open. */
  closeAll(nowMs: number, owner: SocketOwner): void {
    for (const socket of [...(this.#peers.get(owner)?.keys() ?? [])]) this.close(nowMs, owner, socket);
    this.#peers.delete(owner);
    this.#locals.delete(owner);
    this.#stopListening((listener) => listener.owner === owner);
  }

  /** Without jitter: bytes of a stream stay in order. */
  #delayMs(host: SimHost, crossing: Crossing<SimHost>): number {
    if (crossing.kind === 'dropped' || !crossing.isOverCore) return this.#oneWayDelayMs;
    const other = this.#routes.publicOwner(crossing.flow.to.address);
    return this.#oneWayDelayMs + host.delayMs + (other?.delayMs ?? 0);
  }

  #stopListening(isMeant: (listener: Listener) => boolean): void {
    for (const here of this.#listeners.values()) {
      for (const [key, listener] of here) if (isMeant(listener)) here.delete(key);
    }
  }

  #join(owner: SocketOwner, socket: SocketId, local: Endpoint, peer: StreamEnd): void {
    const locals = this.#locals.get(owner) ?? new Map<SocketId, Endpoint>();
    this.#locals.set(owner, locals.set(socket, local));
    const ends = this.#peers.get(owner) ?? new Map<SocketId, StreamEnd>();
    ends.set(socket, peer);
    this.#peers.set(owner, ends);
  }
}
