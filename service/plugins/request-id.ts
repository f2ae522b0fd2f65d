/**
 * One id for a request: from the proxy in front of the service, through every log line, to the error that a user
 * reads out. Who sends none gets one.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

export const requestIdHeader = 'x-request-id';

/** What is taken over: long enough to be somebody’s id, and nothing that means anything in a log or a header. */
const acceptable = /^[\w.:-]{8,64}$/;

/** Afterwards the request’s own header holds the id, whoever chose it: the upgrade to a WebSocket knows no more. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[requestIdHeader];
  const id = typeof given === 'string' && acceptable.test(given) ? given : randomUUID();
  headers[requestIdHeader] = id;
  return id;
}

/** To be added before everything that may refuse a request. `@fastify/websocket` must be registered. */
export function addRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header(requestIdHeader, request.id);
  });
  app.websocketServer.on('headers', (lines, { headers }) => {
    lines.push(`${requestIdHeader}: ${headers[requestIdHeader]}`);
  });
}
