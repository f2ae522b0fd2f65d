import type { FastifyInstance } from 'fastify';
import type { Bus } from '../bus/bus.ts';
import type { EmbeddedStun } from '../deps.ts';
import type { Metrics } from '../metrics.ts';
import type { Spooling } from '../store/spool/spooling.ts';
import type { Store } from '../store/store.ts';
import { storeState } from './store-facts.ts';

export interface HealthOptions {
  readonly store: Store;
  /** Null: without the store the service is of no use. */
  readonly spooling: Spooling | null;
  readonly metrics: Metrics;
  readonly embeddedStun: EmbeddedStun | null;
  /** Null: this node is alone. */
  readonly bus: Bus | null;
}

const unlimited = { config: { rateLimit: false as const } };

/**
 * `/healthz`: the process serves (the embedded STUN server starts before HTTP does, so both do); and how much of
 * RFC 5780 the STUN server can do just now, which depends on its linked host where it has one. `/readyz`: it is of use.
 * Both say `degraded`, and 200 all the same, while PostgreSQL or the bus is away: all nodes lose it at the same moment, and
 * a load balancer that took them all out would end rooms and checks that go on without, and refuse reports that are kept. `/generate_204`: nothing, for `polynya probe --network`. `/metrics`: for Prometheus.
 */
export function registerHealth(app: FastifyInstance, options: HealthOptions): void {
  const { store, spooling, metrics, embeddedStun, bus } = options;
  const degraded = () => {
    const state = storeState(spooling);
    return state.away === null ? null : { status: 'degraded', store: state };
  };
  app.get('/healthz', { ...unlimited, schema: { hide: true } }, async () => ({
    status: 'ok',
    stun: embeddedStun === null ? null : { rfc5780: embeddedStun.rfc5780, link: embeddedStun.link },
    bus: bus?.state ?? 'none',
    ...degraded(),
  }));
  app.get('/readyz', { ...unlimited, schema: { hide: true } }, async (request, reply) => {
    try {
      await store.ping();
      return { status: bus?.state === 'away' ? 'degraded' : 'ready', bus: bus?.state ?? 'none' };
    } catch (error) {
      const known = degraded();
      if (known !== null) return { ...known, bus: bus?.state ?? 'none' };
      request.log.error({ err: error }, 'the store does not answer');
      return reply.code(503).send({ status: 'store-failed' });
    }
  });
  // A page without content, over plain HTTP: what answers in its place is a captive portal.
  app.get('/generate_204', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', 'no-store').code(204).send(),
  );
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
