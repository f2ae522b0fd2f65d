/**
 * Lets so many requests in as can be answered soon, and turns the others away at once, before their bodies are read:
 * whoever is let in waits for those before him at most (J. D. C. Little, 1961), whatever comes.
 */
import { finished } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fault } from '../fault.ts';

/** Two groups of reports: one that is being stored, and one that waits for it. */
export const mostUnderWay = 128;

/**
 * A hook for routes that many call at the same time, which are counted together. `preParsing`: after the rate limit,
 * and before the body is read.
 */
export function admission(): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  let underWay = 0;
  return async (_request, reply) => {
    if (underWay >= mostUnderWay) throw fault('service-busy', `${underWay} requests are under way`);
    underWay += 1;
    // Also when the client has gone.
    finished(reply.raw, () => {
      underWay -= 1;
    });
  };
}
