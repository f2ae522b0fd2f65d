/** The relayed ports of RFC 6062: TCP sockets that accept peers, and connections to peers from the same ports. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Endpoint, familyOf, formatEndpoint } from '../../stun/endpoint.ts';
import { toEndpoint, toLinkError } from '../../stun/io/link.ts';
import type { LinkError, SocketId } from '../../stun/machine.ts';

export interface TcpRelayEvents {
  /** @param remote who is at the other end; null: a port that listens now */
  onOpen(socket: SocketId, local: Endpoint, remote: Endpoint | null): void;
  onOpenFailed(socket: SocketId, error: LinkError): void;
  onBytes(socket: SocketId, from: Endpoint, bytes: Uint8Array): void;
  onClosed(socket: SocketId): void;
}

interface Port {
  readonly socket: SocketId;
  readonly at: Endpoint;
  readonly server: Server;
  listened: boolean;
  /** Sockets that are about to be bound to the same port. */
  binding: number;
}

export class TcpRelays {
  readonly #events: TcpRelayEvents;
  readonly #ports = new Map<SocketId, Port>();
  readonly #portAt = new Map<string, Port>();
  readonly #streams = new Map<SocketId, Socket>();
  #accepted = 0;

  constructor(events: TcpRelayEvents) {
    this.#events = events;
  }

  /** Null: none of these. */
  streamOf(socket: SocketId): Socket | null {
    return this.#streams.get(socket) ?? null;
  }

  listen(socket: SocketId, at: Endpoint): void {
    const server = createServer((stream) => {
      this.#accepted += 1;
      const { remoteAddress, remotePort } = stream;
      // A peer that is already gone has no address any more.
      if (remoteAddress === undefined || remotePort === undefined) stream.destroy();
      else this.#take(`${socket}:${this.#accepted}`, stream, toEndpoint(remoteAddress, remotePort));
    });
    const port: Port = { socket, at, server, listened: false, binding: 0 };
    this.#ports.set(socket, port);
    this.#portAt.set(formatEndpoint(at), port);
    server.once('listening', () => {
      port.listened = true;
      this.#events.onOpen(socket, at, null);
    });
    server.on('error', (error) => {
      if (!this.#forget(socket)) return;
      // Somebody else may take the port while it is let go of for a moment.
      if (port.listened) this.#events.onClosed(socket);
      else this.#events.onOpenFailed(socket, toLinkError(error));
    });
    open(port);
  }

  /**
   * Connects from a local endpoint that may be listening. Linux lets no socket bind where another one listens, unless
   * both share the port by SO_REUSEPORT, which Node cannot set on sockets that connect. So listening stops until the
   * new socket is bound, for a fraction of a millisecond; a peer that calls in that moment is refused.
   */
  connect(socket: SocketId, at: Endpoint, to: Endpoint): void {
    const port = this.#portAt.get(formatEndpoint(at));
    if (port !== undefined) {
      port.binding += 1;
      port.server.close();
    }
    const stream = connect({
      host: to.address,
      port: to.port,
      localAddress: at.address,
      localPort: at.port,
    });
    // Node binds in the next tick, and this one comes behind it.
    process.nextTick(() => {
      if (port === undefined) return;
      port.binding -= 1;
      if (port.binding === 0 && this.#ports.get(port.socket) === port) open(port);
    });
    this.#streams.set(socket, stream);
    const onFailed = (error: Error): void => {
      if (this.#streams.delete(socket)) this.#events.onOpenFailed(socket, toLinkError(error));
    };
    stream.once('error', onFailed);
    stream.once('connect', () => {
      stream.off('error', onFailed);
      this.#take(socket, stream, to);
    });
  }

  /** Stops listening; or forgets the stream and returns it, so that the caller ends it. No event follows. */
  release(socket: SocketId): Socket | null {
    if (this.#forget(socket)) return null;
    const stream = this.#streams.get(socket) ?? null;
    this.#streams.delete(socket);
    return stream;
  }

  close(): void {
    for (const socket of [...this.#ports.keys()]) this.#forget(socket);
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
  }

  #take(socket: SocketId, stream: Socket, remote: Endpoint): void {
    this.#streams.set(socket, stream);
    stream.setNoDelay(true);
    stream.on('error', () => stream.destroy());
    stream.on('data', (bytes: Uint8Array) => {
      if (this.#streams.get(socket) === stream) this.#events.onBytes(socket, remote, bytes);
    });
    stream.once('close', () => {
      if (this.#streams.delete(socket)) this.#events.onClosed(socket);
    });
    this.#events.onOpen(socket, toEndpoint(stream.localAddress ?? '', stream.localPort ?? 0), remote);
  }

  #forget(socket: SocketId): boolean {
    const port = this.#ports.get(socket);
    if (port === undefined) return false;
    this.#ports.delete(socket);
    this.#portAt.delete(formatEndpoint(port.at));
    port.server.close();
    return true;
  }
}

function open({ server, at }: Port): void {
  server.listen({
    host: at.address,
    port: at.port,
    ipv6Only: familyOf(at.address) === 'ipv6',
    exclusive: true,
  });
}
