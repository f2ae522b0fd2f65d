import { createServer, type Server, type Socket } from 'node:net';
import { type Endpoint, familyOf } from '../../stun/endpoint.ts';
import { listenError } from './listen-error.ts';

/** What strangers may cost us before they have said anything useful. */
export interface StreamLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** Closed after this long without a byte from the client. */
  readonly idleMs: number;
  /** Closed after this long in any case. */
  readonly lifetimeMs: number;
  /** Closed after this many bytes from the client. */
  readonly receivedBytes: number;
  /** Closed when this many bytes of answers wait for a client that does not read. */
  readonly unsentBytes: number;
}

export const defaultStreamLimits: StreamLimits = {
  connections: 256,
  connectionsPerAddress: 32,
  idleMs: 60_000,
  lifetimeMs: 600_000,
  receivedBytes: 262_144,
  unsentBytes: 65_536,
};

export interface TcpListenerHandlers {
  onChunk(connection: number, from: Endpoint, bytes: Uint8Array): void;
  onClosed(connection: number): void;
}

export interface TcpListener {
  send(connection: number, bytes: Uint8Array): void;
  /** Ends one connection after what was sent has left. */
  end(connection: number): void;
  /** Stops listening and drops all connections. */
  close(): Promise<void>;
}

/** Listens on one TCP endpoint. Rejects with a `ListenError`. */
export function listenTcp(
  wanted: Endpoint,
  handlers: TcpListenerHandlers,
  limits: StreamLimits = defaultStreamLimits,
): Promise<TcpListener> {
  const connections = new Map<number, Socket>();
  let lastConnection = 0;

  const accept = (socket: Socket): void => {
    const from: Endpoint = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    socket.on('error', () => socket.destroy());
    // A client that is already gone has no remote address any more.
    if (from.port === 0 || countFrom(connections, from.address) >= limits.connectionsPerAddress) {
      socket.destroy();
      return;
    }
    lastConnection += 1;
    const id = lastConnection;
    connections.set(id, socket);
    const lifetime = setTimeout(() => socket.destroy(), limits.lifetimeMs);
    socket.setTimeout(limits.idleMs, () => socket.destroy());
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      if (socket.bytesRead > limits.receivedBytes) socket.destroy();
      else if (!socket.writableEnded) handlers.onChunk(id, from, bytes);
    });
    socket.on('close', () => {
      clearTimeout(lifetime);
      connections.delete(id);
      handlers.onClosed(id);
    });
  };

  return listening(createServer(accept), wanted, limits.connections).then((server) => ({
    send(connection, bytes) {
      const socket = connections.get(connection);
      if (socket === undefined || socket.writableEnded) return;
      socket.write(bytes);
      if (socket.writableLength > limits.unsentBytes) socket.destroy();
    },
    end(connection) {
      connections.get(connection)?.end();
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of connections.values()) socket.destroy();
      return closed;
    },
  }));
}

function listening(server: Server, wanted: Endpoint, maxConnections: number): Promise<Server> {
  server.maxConnections = maxConnections;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'tcp', wanted)));
    const ipv6Only = familyOf(wanted.address) === 'ipv6';
    server.listen({ host: wanted.address, port: wanted.port, ipv6Only, exclusive: true }, () =>
      resolve(server),
    );
  });
}

function countFrom(connections: ReadonlyMap<number, Socket>, address: string): number {
  let count = 0;
  for (const socket of connections.values()) if (socket.remoteAddress === address) count += 1;
  return count;
}
