import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fault } from '../fault.ts';
import type { LiveHub } from '../live/live-hub.ts';

/** Largest message on any WebSocket of the service: an SDP of the longest allowed length, escaped as JSON. */
const maxPayloadBytes = 131_072;
/** What a socket gets to answer our close before it is cut off. */
const closeGraceMs = 500;

export async function addWebSockets(app: FastifyInstance): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: maxPayloadBytes, clientTracking: true, perMessageDeflate: false },
    preClose(done) {
      const { clients, close } = this.websocketServer;
      for (const client of clients) client.close(1001, 'the service stops');
      const cutOff = setTimeout(() => {
        for (const client of clients) client.terminate();
      }, closeGraceMs);
      cutOff.unref();
      close.call(this.websocketServer, () => done());
    },
  });
}

/** `/ws/live` for dashboards: what is stored, changed or being probed, as it happens. */
export function registerLive(
  app: FastifyInstance,
  hub: LiveHub,
  adminOnly: (request: FastifyRequest) => Promise<void>,
): void {
  app.route({
    method: 'GET',
    url: '/ws/live',
    schema: { hide: true },
    preParsing: adminOnly,
    handler: () => {
      throw fault('request-invalid', 'this address speaks WebSocket only');
    },
    wsHandler: (socket) => hub.add(socket),
  });
}
