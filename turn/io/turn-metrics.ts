import { createServer, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { Endpoint } from '../../stun/endpoint.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { methods } from '../../stun/message.ts';
import type { TurnServerEvent } from '../server/turn-server-event.ts';
import { listenError } from './listen-error.ts';
import { readCounter, readGauge } from './read-metrics.ts';
import type { TurnServerHandle } from './turn-server.ts';

const methodNames = new Map<number, string>(Object.entries(methods).map(([name, method]) => [method, name]));

/** Counters behind `/metrics`. No usernames and no addresses: labels stay few, and nobody is traced. */
export class TurnMetrics {
  readonly registry = new Registry();
  readonly #allocations = new Counter({
    name: 'polynya_turn_allocations_total',
    help: 'Allocations made, by transport of the client.',
    labelNames: ['transport'] as const,
    registers: [this.registry],
  });
  readonly #released = new Counter({
    name: 'polynya_turn_released_total',
    help: 'Allocations ended, by reason: refresh, expired, stream-closed, stopped.',
    labelNames: ['reason'] as const,
    registers: [this.registry],
  });
  readonly #refused = new Counter({
    name: 'polynya_turn_refused_total',
    help: 'Error responses, by method and code. 401 and 438 are part of every login.',
    labelNames: ['method', 'code'] as const,
    registers: [this.registry],
  });
  readonly #peers = new Counter({
    name: 'polynya_turn_peers_refused_total',
    help: 'Peers that clients asked for and may not reach.',
    registers: [this.registry],
  });

  observe(event: TurnServerEvent): void {
    switch (event.kind) {
      case 'allocated':
        this.#allocations.inc({ transport: event.transport });
        break;
      case 'released':
        this.#released.inc({ reason: event.reason });
        break;
      case 'refused':
        this.#refused.inc({ method: methodNames.get(event.method) ?? 'other', code: String(event.code) });
        break;
      case 'peer-refused':
        this.#peers.inc();
        break;
      case 'fault':
      case 'moved':
      case 'traced':
      case 'stream-dropped':
        break;
    }
  }

  /** What the server itself counts. */
  watch(server: Pick<TurnServerHandle, 'census' | 'traffic'>): void {
    const { registry } = this;
    collectDefaultMetrics({ register: registry, prefix: 'polynya_' });
    readGauge(registry, 'polynya_turn_allocations', 'Allocations now.', () => server.census.allocations);
    readGauge(registry, 'polynya_turn_users', 'Users with an allocation.', () => server.census.users);
    readGauge(registry, 'polynya_turn_streams', 'TCP and TLS streams now.', () => server.census.streams);
    readCounter(
      registry,
      'polynya_turn_to_peers_bytes_total',
      'Payload relayed to peers.',
      () => server.traffic.toPeers,
    );
    readCounter(
      registry,
      'polynya_turn_from_peers_bytes_total',
      'Payload relayed to clients.',
      () => server.traffic.fromPeers,
    );
    readCounter(
      registry,
      'polynya_turn_dropped_packets_total',
      'Datagrams not relayed.',
      () => server.traffic.dropped,
    );
  }

  /** Serves `/metrics`. Rejects with a `ListenError`. */
  listen(at: Endpoint): Promise<{ readonly url: string; close(): Promise<void> }> {
    const server = createServer((request, response) => {
      if (request.url !== '/metrics' || request.method !== 'GET') {
        response.writeHead(404).end();
        return;
      }
      this.registry.metrics().then(
        (text) => response.writeHead(200, { 'content-type': this.registry.contentType }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(listenError(error, 'tcp', at)));
      server.listen(at.port, at.address, () =>
        resolve({ url: urlOf(server, at), close: () => closeAll(server) }),
      );
    });
  }
}

function urlOf(server: Server, at: Endpoint): string {
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : at.port;
  return `http://${formatEndpoint({ address: at.address, port })}/metrics`;
}

function closeAll(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}
