import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import type { AccessRequest } from '../access.ts';
import { fault } from '../fault.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { accessRequest } from '../plugins/access.ts';

/** Largest message on any WebSocket of the service: an SDP of the longest allowed length, escaped as JSON. */
const maxPayloadBytes = 131_072;
/** What a socket gets to answer our close before it is cut off. */
const closeGraceMs = 500;
/** A sign-in that has ended by itself is noticed after this at most. */
const lookMs = 60_000;

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

/**
 * `/ws/live` for dashboards: what is stored, changed or being probed, as it happens.
 * @param mayStill asked again and again while it is open
 */
export function registerLive(
  app: FastifyInstance,
  hub: LiveHub,
  mayStill: (request: AccessRequest) => Promise<boolean>,
): void {
  const watch = setInterval(() => void hub.lookAgain(), lookMs).unref();
  app.addHook('onClose', async () => clearInterval(watch));
  app.route({
    method: 'GET',
    url: '/ws/live',
    schema: { hide: true },
    handler: () => {
      throw fault('request-invalid', 'this address speaks WebSocket only');
    },
    wsHandler: (socket, request) => {
      const asked = accessRequest(request);
      hub.add(socket, () => mayStill(asked));
    },
  });
}
