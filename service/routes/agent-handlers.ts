/** Handlers of agents, jobs and monitors. */
import type { FastifyRequest } from 'fastify';
import { mayDo } from '../../contract/access.ts';
import type { ServeConfig } from '../../contract/config.ts';
import type { MonitorView } from '../../contract/fleet/monitor.ts';
import type { fleetOperations } from '../../contract/fleet/operations.ts';
import { shortenAddresses } from '../../contract/redact/shorten-addresses.ts';
import { bearerOf } from '../access.ts';
import type { Agents } from '../agents/agents.ts';
import { fault } from '../fault.ts';
import type { CallerOf } from '../plugins/access.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';

export interface AgentParts {
  readonly agents: Agents;
  readonly config: Pick<ServeConfig, 'agents' | 'status'>;
  readonly callerOf: CallerOf;
  readonly now: () => Date;
}

export function agentHandlers({
  agents,
  config,
  callerOf,
  now,
}: AgentParts): Pick<Handlers, keyof typeof fleetOperations> {
  const { desk, hub, jobs, monitors, histories } = agents;

  /** The address of a webhook often is all that it takes to post to it: for those who may edit the monitor. */
  const shownTo = async (request: FastifyRequest) => {
    const mayEdit = mayDo((await callerOf(request))?.role ?? null, 'operator');
    return (view: MonitorView): MonitorView =>
      mayEdit || view.webhook === null
        ? view
        : { ...view, webhook: { ...view.webhook, url: new URL(view.webhook.url).origin } };
  };

  return {
    listAgents: () => desk.list(),

    createAgentToken: ({ body }) => desk.invite(body),

    deleteAgentToken: async ({ params }) => {
      await desk.uninvite(params.id);
      return { id: params.id };
    },

    enrolAgent: ({ body }) => desk.enrol(body),

    agentResult: async ({ body, request }) => {
      const agent = await desk.authenticate(bearerOf(request.headers.authorization));
      const where = { reachedBy: reachedBy(request), network: networkOf(request.ip, config) };
      return { kept: await jobs.result(body, agent, where) };
    },

    revokeAgent: async ({ params }) => {
      const agent = await desk.revoke(params.id);
      hub.revoked(agent);
      return agent;
    },

    regionMatrix: () => histories.matrix(now()),

    listJobs: async ({ query }) => ({ jobs: await jobs.list(query) }),

    startJob: ({ body }) => jobs.start(body),

    getJob: ({ params }) => jobs.view(params.id),

    cancelJob: ({ params }) => jobs.cancel(params.id),

    listMonitors: async ({ request }) => {
      const show = await shownTo(request);
      return { monitors: (await monitors.list()).map(show) };
    },

    createMonitor: ({ body }) => monitors.create(body),

    getMonitor: async ({ params, request }) => (await shownTo(request))(await monitors.view(params.id)),

    updateMonitor: ({ params, body }) => monitors.update(params.id, body),

    deleteMonitor: async ({ params }) => {
      await monitors.remove(params.id);
      return { id: params.id };
    },

    monitorHistory: async ({ params, query }) => histories.of(await monitors.find(params.id), query, now()),

    publicStatus: () => {
      if (!config.status.public) throw fault('not-found', 'the status page is switched off');
      return histories.status(now());
    },
  };
}

/** Where an agent is, as far as the operator wants it kept. */
export function networkOf(address: string, { agents }: Pick<ServeConfig, 'agents'>): string | null {
  return agents.keepNetworks ? shortenAddresses(address.replace(/^::ffff:(?=\d+\.)/, '')) : null;
}
