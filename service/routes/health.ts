import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmbeddedStun } from '../deps.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from '../store/store.ts';

export interface HealthOptions {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly embeddedStun: EmbeddedStun | null;
  readonly adminOnly: (request: FastifyRequest) => Promise<void>;
}

const unlimited = { config: { rateLimit: false as const } };

/**
 * `/healthz`: the process serves (the embedded STUN server starts before HTTP does, so both do); and how much of
 * RFC 5780 the STUN server can do just now, which depends on its linked host where it has one. `/readyz`: the store
 * answers too. `/generate_204`: nothing, for `polynya probe --network`. `/metrics`: for Prometheus, administrators only.
 */
export function registerHealth(app: FastifyInstance, options: HealthOptions): void {
  const { store, metrics, embeddedStun, adminOnly } = options;
  app.get('/healthz', { ...unlimited, schema: { hide: true } }, async () => ({
    status: 'ok',
    stun: embeddedStun === null ? null : { rfc5780: embeddedStun.rfc5780, link: embeddedStun.link },
  }));
  app.get('/readyz', { ...unlimited, schema: { hide: true } }, async (request, reply) => {
    try {
      await store.ping();
      return { status: 'ready' };
    } catch (error) {
      request.log.error({ err: error }, 'the store does not answer');
      return reply.code(503).send({ status: 'store-failed' });
    }
  });
  // A page without content, over plain HTTP: what answers in its place is a captive portal.
  app.get('/generate_204', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').code(204).send(),
  );
  app.get('/metrics', { preParsing: adminOnly, schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
