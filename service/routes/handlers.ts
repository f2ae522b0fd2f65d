import type { NodeList } from '../../contract/bus.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { bearerOf } from '../access.ts';
import type { Agents } from '../agents/agents.ts';
import type { TurnCheckRunner } from '../checks/turn-check-runner.ts';
import type { AppDeps } from '../deps.ts';
import { fault } from '../fault.ts';
import type { LinkDesk } from '../links/link-desk.ts';
import type { LiveHub } from '../live/live-hub.ts';
import type { CallerOf } from '../plugins/access.ts';
import type { ProbeRunner } from '../probes/probe-runner.ts';
import { wantedTests } from '../probes/wanted-tests.ts';
import type { ReportIntake } from '../report-intake.ts';
import type { RoomService } from '../rooms/room-service.ts';
import { iceServersFor } from '../servers/ice-servers.ts';
import type { OwnViewDesk } from '../servers/own-view.ts';
import { embeddedUri, type ServerList } from '../servers/server-list.ts';
import type { SignInDesk } from '../sign-in/sign-in-desk.ts';
import { watchedEndpoints } from '../witness/watched-endpoints.ts';
import { accessHandlers } from './access-handlers.ts';
import { agentHandlers } from './agent-handlers.ts';
import { buildLinkHandlers } from './link-handlers.ts';
import type { Handlers } from './operations.ts';
import { reachedBy } from './reached-by.ts';
import { roomHandlers } from './rooms.ts';
import { runHistory } from './run-history.ts';
import { countRuns, storeState } from './store-facts.ts';

export interface HandlerParts extends Omit<AppDeps, 'agents'> {
  readonly agents: Agents;
  readonly callerOf: CallerOf;
  readonly audit: AuditLog;
  readonly servers: ServerList;
  readonly ownView: OwnViewDesk;
  readonly probes: ProbeRunner;
  readonly turnChecks: TurnCheckRunner;
  readonly live: LiveHub;
  readonly signIn: SignInDesk | null;
  readonly rooms: RoomService;
  readonly links: LinkDesk;
  readonly nodes: () => NodeList;
  readonly intake: ReportIntake;
}

export function buildHandlers(parts: HandlerParts): Handlers {
  const { store, servers, probes, turnChecks, embeddedStun, now } = parts;
  const checkPaths = { echoPath: '/ws/echo', natPath: embeddedStun === null ? null : '/ws/nat' };
  return {
    ...buildLinkHandlers({ ...parts, checkPaths }),
    ...roomHandlers(parts),
    ...agentHandlers(parts),
    ...accessHandlers(parts),

    info: async ({ request }) => ({
      version: parts.version,
      embeddedStun: embeddedStun === null ? null : embeddedUri(embeddedStun, reachedBy(request)),
      embeddedRfc5780: embeddedStun?.rfc5780 ?? false,
      role: (await parts.callerOf(request))?.role ?? null,
      signIn: parts.signIn?.offer ?? null,
      runs: await countRuns(store),
      store: storeState(parts.spooling ?? null),
    }),

    checkConfig: async ({ request }) => {
      const all = await servers.all(reachedBy(request));
      const given = iceServersFor(all, Math.floor(now().getTime() / 1000));
      return { ...given, ...checkPaths, addresses: await parts.ownView.addresses(given.iceServers) };
    },

    ownView: async ({ request }) => parts.ownView.view(await servers.all(reachedBy(request))),

    addReport: async ({ body, request }) => {
      // Only the hub says where a measurement was made.
      const { vantage: _claimed, ...claimed } = body;
      const { id, code } = await parts.intake.take(claimed, request.id);
      const visit = body.kind === 'visit-report' ? (body.body.run.visit ?? null) : null;
      if (visit !== null) parts.live.broadcast({ type: 'visit-ended', visit, run: id });
      return { id, code };
    },

    openWitness: ({ request }) => {
      if (embeddedStun === null) throw fault('not-found', 'this service runs no STUN server');
      const uri = embeddedUri(embeddedStun, reachedBy(request));
      return parts.witness.open(request.ip, uri, embeddedStun.peerWitness);
    },

    readWitness: ({ params, request }) => {
      const token = bearerOf(request.headers.authorization);
      return parts.witness.read(params.id, token, watchedEndpoints(embeddedStun, reachedBy(request)));
    },

    listRuns: ({ query }) => store.listRuns(query),

    getRun: async ({ params }) => {
      const run = await store.getRun(params.id);
      if (run === null) throw fault('not-found', `run ${params.id}`);
      return run;
    },

    runHistory: ({ params, query }) => runHistory(store, params.id, query.with),

    deleteRun: async ({ params }) => {
      if (!(await store.deleteRun(params.id))) throw fault('not-found', `run ${params.id}`);
      return { id: params.id };
    },

    success: ({ query }) => store.success(query, now()),

    breakdown: ({ query }) => store.breakdown(query, now()),

    listNodes: () => parts.nodes(),

    listServers: async ({ request }) => ({ servers: await servers.views(reachedBy(request)) }),

    addServer: async ({ body, request }) => servers.view(await servers.add(body), reachedBy(request)),

    updateServer: async ({ params, body, request }) => {
      await servers.update(params.id, body);
      return servers.view(params.id, reachedBy(request));
    },

    deleteServer: async ({ params }) => {
      await servers.remove(params.id);
      return { id: params.id };
    },

    testServer: async ({ params, request }) => {
      const server = await servers.find(params.id, probeAddress);
      await servers.saveTest(server.id, await probes.test(server, request.log));
      return servers.view(server.id, reachedBy(request));
    },

    startProbe: async ({ body, request }) => {
      const all = await servers.all(probeAddress);
      const known = new Set(all.map((server) => server.id));
      const unknown = body.servers?.findIndex((id) => !known.has(id)) ?? -1;
      if (unknown >= 0) throw fault('not-found', `server ${body.servers?.[unknown]}`, `servers.${unknown}`);
      const chosen = all.filter((server) => body.servers?.includes(server.id) ?? server.enabled);
      return probes.start(chosen, wantedTests(body), request.log);
    },

    getProbe: ({ params }) => {
      const state = probes.get(params.id);
      if (state === null) throw fault('not-found', `probe ${params.id}`);
      return state;
    },

    startTurnCheck: async ({ body, request }) =>
      turnChecks.start(await servers.find(body.server, probeAddress), request.log),

    getTurnCheck: ({ params }) => {
      const state = turnChecks.get(params.id);
      if (state === null) throw fault('not-found', `check ${params.id}`);
      return state;
    },

    serverChecks: async ({ params }) => {
      const { id } = await servers.find(params.id, probeAddress);
      return { latest: turnChecks.latestOf(id), history: await servers.checks(id, probeAddress) };
    },
  };
}

/** By this address the service itself reaches an embedded server that listens everywhere. */
export const probeAddress = '127.0.0.1';
