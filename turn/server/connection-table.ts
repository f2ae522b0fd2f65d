import { readUint32 } from '../../stun/bytes.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, RandomBytes, SocketId } from '../../stun/machine.ts';
import type { Allocation, Relay } from './allocation.ts';
import { ExpiryQueue } from './expiry-queue.ts';

/** RFC 6062 s5.2–5.4: how long a peer may take to answer, and after that the client to fetch the connection. */
export const connectionWaitMs = 30_000;
/** Of one relayed address at the same time. */
export const maxConnections = 64;

/** One of the two streams of a relayed connection. */
interface ConnectionEnd {
  readonly socket: SocketId;
  readonly at: Endpoint;
  /** Not read until then, because it has sent too much; null: it is read. */
  restsUntilMs: number | null;
}

/** A TCP connection between a relayed address and a peer (RFC 6062 s3). `Request` is what asks for one. */
export interface Connection<Request> {
  /** CONNECTION-ID. */
  readonly id: number;
  readonly allocation: Allocation;
  readonly relay: Relay;
  readonly peer: ConnectionEnd;
  /** The stream that the client has brought for it; null: none yet. */
  client: ConnectionEnd | null;
  /** The Connect request that waits for its answer; null: it has it, or the peer has called. */
  call: Request | null;
  /** When its time is up; null: data flow. */
  waitsUntilMs: number | null;
}

/** All relayed TCP connections: by id, by stream and by relayed address. */
export class ConnectionTable<Request> {
  readonly #random: RandomBytes;
  readonly #byId = new Map<number, Connection<Request>>();
  readonly #bySocket = new Map<SocketId, Connection<Request>>();
  readonly #byRelay = new Map<Relay, Set<Connection<Request>>>();
  readonly #waits = new ExpiryQueue<Connection<Request>>((connection) =>
    this.#byId.get(connection.id) === connection ? connection.waitsUntilMs : null,
  );
  readonly #rests = new ExpiryQueue<ConnectionEnd>((end) =>
    this.#bySocket.has(end.socket) ? end.restsUntilMs : null,
  );
  #dialled = 0;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** A name for a stream towards a peer. */
  nextSocket(): SocketId {
    this.#dialled += 1;
    return `peer:${this.#dialled}`;
  }

  /** Waits for the peer to answer (`call`), or for the client to fetch it. */
  add(
    nowMs: number,
    spec: Pick<Connection<Request>, 'allocation' | 'relay' | 'call'> & {
      readonly socket: SocketId;
      readonly peer: Endpoint;
    },
  ): Connection<Request> {
    const { allocation, relay, call, socket, peer } = spec;
    const connection: Connection<Request> = {
      id: this.#freeId(),
      allocation,
      relay,
      peer: { socket, at: peer, restsUntilMs: null },
      client: null,
      call,
      waitsUntilMs: nowMs + connectionWaitMs,
    };
    this.#byId.set(connection.id, connection);
    this.#bySocket.set(socket, connection);
    const siblings = this.#byRelay.get(relay) ?? new Set();
    this.#byRelay.set(relay, siblings.add(connection));
    this.#waits.add(connection);
    return connection;
  }

  of(id: number): Connection<Request> | null {
    return this.#byId.get(id) ?? null;
  }

  ofSocket(socket: SocketId): Connection<Request> | null {
    return this.#bySocket.get(socket) ?? null;
  }

  countOf(relay: Relay): number {
    return this.#byRelay.get(relay)?.size ?? 0;
  }

  has(relay: Relay, peer: Endpoint): boolean {
    return [...(this.#byRelay.get(relay) ?? [])].some((each) => sameEndpoint(each.peer.at, peer));
  }

  /** The client has brought a stream for it: from now on data flow. */
  join(connection: Connection<Request>, socket: SocketId, at: Endpoint): void {
    connection.client = { socket, at, restsUntilMs: null };
    connection.waitsUntilMs = null;
    this.#bySocket.set(socket, connection);
  }

  rest(end: ConnectionEnd, untilMs: number): void {
    end.restsUntilMs = untilMs;
    this.#rests.add(end);
  }

  /** Forgets it; the effects close what is still open, besides `closed`. */
  end(connection: Connection<Request>, closed: SocketId | null = null): Effect[] {
    const { id, relay, peer, client } = connection;
    this.#byId.delete(id);
    const siblings = this.#byRelay.get(relay);
    siblings?.delete(connection);
    if (siblings?.size === 0) this.#byRelay.delete(relay);
    const sockets = client === null ? [peer.socket] : [peer.socket, client.socket];
    for (const socket of sockets) this.#bySocket.delete(socket);
    return sockets.filter((socket) => socket !== closed).map((socket) => ({ kind: 'close', socket }));
  }

  endAll(relay: Relay): Effect[] {
    return [...(this.#byRelay.get(relay) ?? [])].flatMap((connection) => this.end(connection));
  }

  nextDeadlineMs(): number | null {
    const [wait, rest] = [this.#waits.nextMs(), this.#rests.nextMs()];
    return wait === null || rest === null ? (wait ?? rest) : Math.min(wait, rest);
  }

  takeOverdue(nowMs: number): Connection<Request>[] {
    return this.#waits.takeDue(nowMs);
  }

  /** The streams that may be read again. */
  takeRested(nowMs: number): SocketId[] {
    return this.#rests.takeDue(nowMs).map((end) => {
      end.restsUntilMs = null;
      return end.socket;
    });
  }

  /** Nobody shall be able to guess the connections of others. */
  #freeId(): number {
    for (;;) {
      const id = readUint32(this.#random(4), 0);
      if (!this.#byId.has(id)) return id;
    }
  }
}
