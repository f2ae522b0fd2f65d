import type { FastifyRequest } from 'fastify';

/** The address of this host by which the caller reached it, so one that the caller can reach. */
export function reachedBy(request: FastifyRequest): string {
  return request.raw.socket.localAddress ?? '127.0.0.1';
}
