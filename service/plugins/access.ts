import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access, AccessRequest } from '../access.ts';
import { fault } from '../fault.ts';
import type { EmbedPolicy } from './embedding.ts';

/** What of a request decides about access. */
export function accessRequest(request: FastifyRequest): AccessRequest {
  return {
    method: request.method,
    headers: request.headers,
    peerAddress: request.ip,
    isWebSocket: request.headers.upgrade?.toLowerCase() === 'websocket',
  };
}

/** Refuses requests under a foreign Host or from a foreign page, before anything else is done for them. */
export function guardRequests(app: FastifyInstance, access: Access, embedding: EmbedPolicy): void {
  app.addHook('onRequest', async (request) => {
    const refusal = access.refusal(accessRequest(request));
    if (refusal === null) return;
    const path = request.url.split('?')[0] ?? '';
    if (refusal === 'origin-not-allowed' && embedding.admits(request.headers.origin, path)) return;
    const { host, origin } = request.headers;
    throw fault(
      refusal,
      refusal === 'host-not-allowed' ? (host ?? 'no Host header') : (origin ?? 'cross-site'),
    );
  });
}

/**
 * A hook for routes that only administrators may use. `preParsing`: after the rate limit, so that guesses are
 * counted, and before the body is read.
 */
export function adminOnly(access: Access, now: () => Date) {
  return async (request: FastifyRequest): Promise<void> => {
    if (!access.isAdmin(accessRequest(request), now().getTime())) throw fault('unauthorized');
  };
}
