import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { toEndpoint } from '../../stun/io/link.ts';
import type { SocketId } from '../../stun/machine.ts';
import { listenError } from './listen-error.ts';

/** PEM texts. */
export interface Certificate {
  /** The chain, leaf first. */
  readonly cert: string;
  readonly key: string;
}

export interface StreamLimits {
  /** Accepted at the same time, per listener. */
  readonly connections: number;
  /** From one address; many clients may stand behind it. */
  readonly connectionsPerAddress: number;
  /** When more than this waits for a client that does not read, what is relayed to it is dropped. */
  readonly unsentBytes: number;
}

export const defaultStreamLimits: StreamLimits = {
  connections: 10_000,
  connectionsPerAddress: 256,
  unsentBytes: 262_144,
};

export interface StreamListenerOptions {
  readonly wanted: Endpoint;
  /** What the ids of accepted streams begin with. */
  readonly prefix: string;
  /** Null: plain TCP. */
  readonly certificate: Certificate | null;
  readonly limits: StreamLimits;
  /** Other processes may listen at the same endpoint. */
  readonly sharesPort: boolean;
}

export interface StreamEvents {
  onOpen(socket: SocketId, local: Endpoint): void;
  onBytes(socket: SocketId, from: Endpoint, bytes: Uint8Array): void;
  onClosed(socket: SocketId): void;
}

/** A client that does not get through its handshake in this time is dropped. */
const handshakeMs = 10_000;
/** RFC 7443: STUN and TURN over TLS, and NAT discovery. Clients without ALPN are welcome. */
const alpnProtocols = ['stun.turn', 'stun.nat-discovery'];
/** TLS 1.3 as it comes; of TLS 1.2 only what has forward secrecy and authenticated encryption (RFC 9325 s4.2). */
const ciphers =
  'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20';

/** Accepts TCP or TLS streams on one endpoint. */
export class StreamListener {
  readonly #server: Server | TlsServer;
  readonly #options: StreamListenerOptions;
  readonly #events: StreamEvents;
  readonly #sockets = new Map<SocketId, Socket>();
  readonly #countByAddress = new Map<string, number>();
  #accepted = 0;

  constructor(options: StreamListenerOptions, events: StreamEvents) {
    this.#options = options;
    this.#events = events;
    const { certificate } = options;
    this.#server =
      certificate === null
        ? createTcpServer((socket) => this.#accept(socket))
        : createTlsServer(secureOptions(certificate), (socket) => this.#accept(socket));
    // The limit counts from the first byte of the handshake on.
    this.#server.on('connection', (socket: Socket) => this.#count(socket));
    this.#server.maxConnections = options.limits.connections;
  }

  /** Rejects with a `ListenError`. */
  listen(): Promise<Endpoint> {
    const { sharesPort, wanted } = this.#options;
    const { address: host, port } = wanted;
    const ipv6Only = familyOf(host) === 'ipv6';
    const shared = sharesPort ? { reusePort: true } : {};
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenError(error, 'tcp', wanted)));
      this.#server.listen({ host, port, ipv6Only, exclusive: true, ...shared }, () => {
        const bound = this.#server.address();
        resolve({ address: host, port: typeof bound === 'object' && bound !== null ? bound.port : port });
      });
    });
  }

  /** New connections get the new certificate; those that are open stay as they are. */
  renewCertificate(certificate: Certificate): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(secureOptions(certificate));
  }

  /** Null: not one of this listener’s streams. */
  streamOf(socket: SocketId): Socket | null {
    return this.#sockets.get(socket) ?? null;
  }

  /** False: not one of this listener’s streams. */
  send(socket: SocketId, bytes: Uint8Array): boolean {
    const stream = this.#sockets.get(socket);
    if (stream === undefined) return false;
    // Whole frames are dropped, so the stream stays readable; TURN promises no more than UDP does.
    if (!stream.writableEnded && stream.writableLength <= this.#options.limits.unsentBytes)
      stream.write(bytes);
    return true;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets.values()) socket.destroy();
    await closed;
  }

  #count(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const count = (this.#countByAddress.get(address) ?? 0) + 1;
    this.#countByAddress.set(address, count);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      const left = (this.#countByAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#countByAddress.set(address, left);
      else this.#countByAddress.delete(address);
    });
    if (count > this.#options.limits.connectionsPerAddress) socket.destroy();
  }

  #accept(stream: Socket): void {
    stream.on('error', () => stream.destroy());
    // A client that is already gone has no address any more.
    if (stream.remoteAddress === undefined || stream.destroyed) {
      stream.destroy();
      return;
    }
    this.#accepted += 1;
    const socket: SocketId = `${this.#options.prefix}${this.#accepted}`;
    const from = toEndpoint(stream.remoteAddress, stream.remotePort ?? 0);
    this.#sockets.set(socket, stream);
    stream.setNoDelay(true);
    stream.on('data', (bytes: Uint8Array) => {
      if (!stream.writableEnded) this.#events.onBytes(socket, from, bytes);
    });
    stream.once('close', () => {
      this.#sockets.delete(socket);
      this.#events.onClosed(socket);
    });
    this.#events.onOpen(socket, toEndpoint(stream.localAddress ?? '', stream.localPort ?? 0));
  }
}

function secureOptions({ cert, key }: Certificate) {
  return {
    cert,
    key,
    ciphers,
    minVersion: 'TLSv1.2' as const,
    ALPNProtocols: alpnProtocols,
    handshakeTimeout: handshakeMs,
  };
}
