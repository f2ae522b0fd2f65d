/** WebSocket `/ws/agents`: agents of this service. */
import type {} from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServeConfig } from '../../contract/config.ts';
import { bearerOf } from '../access.ts';
import type { Agents } from '../agents/agents.ts';
import { fault } from '../fault.ts';
import type { StoredAgent } from '../store/fleet/agent-queries.ts';
import { networkOf } from './agent-handlers.ts';
import { reachedBy } from './reached-by.ts';

/** Adds the route. `@fastify/websocket` must be registered. */
export function registerAgents(
  app: FastifyInstance,
  { desk, hub }: Agents,
  config: Pick<ServeConfig, 'agents'>,
): void {
  /** Who asks is found out before the upgrade: what a stranger then says is never read. */
  const known = new WeakMap<FastifyRequest, StoredAgent>();
  app.route({
    method: 'GET',
    url: '/ws/agents',
    schema: { hide: true },
    preParsing: async (request) => {
      known.set(request, await desk.authenticate(bearerOf(request.headers.authorization)));
    },
    handler: () => {
      throw fault('request-invalid', 'this address speaks WebSocket only');
    },
    wsHandler: (socket, request) => {
      const agent = known.get(request);
      if (agent === undefined) return socket.terminate();
      hub.add(agent, socket, { reachedBy: reachedBy(request), network: networkOf(request.ip, config) });
    },
  });
}
