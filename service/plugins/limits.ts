import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ServeConfig } from '../../contract/config.ts';
import { fault } from '../fault.ts';

/** Addresses that are counted at the same time; the least recent one is forgotten beyond that. */
const countedAddresses = 10_000;

/** The files of the built pages whose names carry a hash. */
const assetRoute = '/assets/*';

/** Requests per minute and address, built files not counted; IPv6 by its /64, since one user owns all of that. */
export async function addLimits(app: FastifyInstance, limits: ServeConfig['limits']): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    cache: countedAddresses,
    ipv6Subnet: 64,
    // A page is twenty files, and many people share an address (RFC 6888): counted, they would get half a page.
    allowList: (request) => request.routeOptions.url === assetRoute,
    // Sent with the refusal only; three more headers on every answer tell nobody anything.
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    errorResponseBuilder: (_request, { max }) => fault('rate-limited', `${max} per minute`),
  });
}
