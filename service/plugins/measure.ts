/** Each answer in the metrics and in the log, and what the metrics ask the app itself. */
import { X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import type { FastifyInstance } from 'fastify';
import type { AppDeps } from '../deps.ts';
import type { Readings } from '../metrics.ts';

export function addMeasuring(app: FastifyInstance, deps: AppDeps, rooms: Readings['rooms']): void {
  const { config, store, metrics, embeddedStun, certificate } = deps;
  const { limits } = config;
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    const durationMs = reply.elapsedTime;
    metrics.answered(request.method, route, reply.statusCode, durationMs);
    // The pattern, not the URL: a link token stands in the path.
    request.log.info({ method: request.method, route, status: reply.statusCode, durationMs }, 'answered');
  });
  metrics.watch({
    version: deps.version,
    askStore: () => store.ping(),
    rooms,
    roomsLimit: limits.rooms,
    connections: promisify((done: (error: Error | null, count: number) => void) =>
      app.server.getConnections(done),
    ),
    connectionsLimit: limits.connections,
    link: embeddedStun === null || embeddedStun.link === null ? null : () => embeddedStun.link ?? 'down',
    certificateEnds:
      certificate === undefined ? null : new Date(new X509Certificate(certificate.cert).validTo),
  });
}
