import type { FastifyInstance } from 'fastify';

/**
 * Lets go of the body of a request once it is answered. A connection that stays open holds on to its last request, and
 * with it to a report; of hundreds of connections each collection of young objects would copy them all.
 */
export function letGoOfBodies(app: FastifyInstance): void {
  app.addHook('onResponse', async (request) => {
    request.body = undefined;
  });
}
