import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { ServeConfig } from '../../contract/config.ts';
import { fault } from '../fault.ts';

/** Addresses that are counted at the same time; the least recent one is forgotten beyond that. */
const countedAddresses = 10_000;

/** Requests per minute and address; IPv6 by its /64, since one user owns all of that. */
export async function addLimits(app: FastifyInstance, limits: ServeConfig['limits']): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    max: limits.requestsPerMinute,
    timeWindow: 60_000,
    cache: countedAddresses,
    ipv6Subnet: 64,
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
