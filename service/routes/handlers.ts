import type { FastifyRequest } from 'fastify';
import type { NodeList } from '../../contract/bus.ts';
import type { Envelope } from '../../contract/envelope.ts';
import { defaultProject, projectHeader } from '../../contract/projects.ts';
import { limitAddresses } from '../../contract/redact/limit-addresses.ts';
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
import type { ProjectDesk } from '../projects/project-desk.ts';
import type { ScopeOf } from '../projects/scope.ts';
import type { ReportIntake } from '../report-intake.ts';
import type { RoomService } from '../rooms/room-service.ts';
import { iceServersFor } from '../servers/ice-servers.ts';
import type { OwnViewDesk } from '../servers/own-view.ts';
import { embeddedUri, type KnownServer, type ServerList } from '../servers/server-list.ts';
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
  readonly scopeOf: ScopeOf;
  readonly projects: ProjectDesk;
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
  const { store, servers, probes, turnChecks, projects, scopeOf, embeddedStun, now } = parts;
  const readsOf = async (request: FastifyRequest) => (await scopeOf(request)).reads;
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
      runs: await countRuns(store, await readsOf(request)),
      store: storeState(parts.spooling ?? null),
    }),

    checkConfig: async ({ request }) => {
      const all = await servers.all(reachedBy(request), [defaultProject]);
      const given = iceServersFor(all, Math.floor(now().getTime() / 1000));
      return { ...given, ...checkPaths, addresses: await parts.ownView.addresses(given.iceServers) };
    },

    ownView: async ({ request }) =>
      parts.ownView.view(await servers.all(reachedBy(request), [defaultProject])),

    addReport: async ({ body, request }) => {
      // Only the hub says where a measurement was made.
      const claimed = body.vantage === undefined ? body : withoutVantage(body);
      const kept = limitAddresses(claimed, parts.config.privacy.addresses);
      const project = await senderProject(parts, request);
      const { summary, project: stored } = await parts.intake.take(kept, request.id, project);
      const { id, code } = summary;
      const visit = body.kind === 'visit-report' ? (body.body.run.visit ?? null) : null;
      if (visit !== null) parts.live.broadcast({ type: 'visit-ended', visit, run: id }, stored);
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

    listRuns: async ({ query, request }) => store.listRuns(query, await readsOf(request)),

    getRun: async ({ params, request }) => {
      const run = await store.getRun(params.id, await readsOf(request));
      if (run === null) throw fault('not-found', `run ${params.id}`);
      return run;
    },

    runHistory: async ({ params, query, request }) =>
      runHistory(store, params.id, query.with, await readsOf(request)),

    deleteRun: async ({ params, request }) => {
      if (!(await store.deleteRun(params.id, await readsOf(request))))
        throw fault('not-found', `run ${params.id}`);
      return { id: params.id };
    },

    success: async ({ query, request }) => store.success(query, now(), await readsOf(request)),

    breakdown: async ({ query, request }) => store.breakdown(query, now(), await readsOf(request)),

    // All of them, whichever is named: who has a name that is gone learns of it here.
    listProjects: async ({ request }) => ({
      projects: await projects.list((await parts.callerOf(request))?.projects ?? []),
    }),

    createProject: ({ body }) => projects.create(body),

    updateProject: ({ params, body }) => projects.update(params.id, body),

    listNodes: () => parts.nodes(),

    listServers: async ({ request }) => ({
      servers: await servers.views(reachedBy(request), await readsOf(request)),
    }),

    addServer: async ({ body, request }) => {
      const { writes } = await scopeOf(request);
      await projects.demandOpen(writes);
      return servers.view(await servers.add(body, writes), reachedBy(request), [writes]);
    },

    updateServer: async ({ params, body, request }) => {
      const reads = await readsOf(request);
      await servers.update(params.id, body, reads);
      return servers.view(params.id, reachedBy(request), reads);
    },

    deleteServer: async ({ params, request }) => {
      await servers.remove(params.id, await readsOf(request));
      return { id: params.id };
    },

    testServer: async ({ params, request }) => {
      const reads = await readsOf(request);
      const server = await servers.find(params.id, probeAddress, reads);
      await servers.saveTest(server, await probes.test(server, request.log));
      return servers.view(server.id, reachedBy(request), reads);
    },

    startProbe: async ({ body, request }) => {
      const { reads, writes } = await scopeOf(request);
      const all = await servers.all(probeAddress, reads);
      const known = new Set(all.map((server) => server.id));
      const unknown = body.servers?.findIndex((id) => !known.has(id)) ?? -1;
      if (unknown >= 0) throw fault('not-found', `server ${body.servers?.[unknown]}`, `servers.${unknown}`);
      const chosen = all.filter(
        ({ id, enabled, project }) =>
          body.servers?.includes(id) ?? (enabled && (project === null || project === writes)),
      );
      const owner = ownerOf(chosen) ?? writes;
      await projects.demandOpen(owner);
      return probes.start(chosen, wantedTests(body), request.log, owner);
    },

    getProbe: async ({ params, request }) => {
      const state = probes.get(params.id, await readsOf(request));
      if (state === null) throw fault('not-found', `probe ${params.id}`);
      return state;
    },

    startTurnCheck: async ({ body, request }) => {
      const { reads, writes } = await scopeOf(request);
      const server = await servers.find(body.server, probeAddress, reads);
      const project = server.project ?? writes;
      await projects.demandOpen(project);
      return turnChecks.start(server, request.log, project);
    },

    getTurnCheck: async ({ params, request }) => {
      const state = turnChecks.get(params.id, await readsOf(request));
      if (state === null) throw fault('not-found', `check ${params.id}`);
      return state;
    },

    serverChecks: async ({ params, request }) => {
      const reads = await readsOf(request);
      const { id } = await servers.find(params.id, probeAddress, reads);
      const history = await servers.checks(id, probeAddress, reads);
      return { latest: turnChecks.latestOf(id, reads), history };
    },
  };
}

function withoutVantage({ vantage: _claimed, ...report }: Envelope): Envelope {
  return report;
}

/**
 * Browsers send reports with whatever cookie they have, and reports are taken while the store is away: only what a key or
 * a named project says is asked for then, and refused where nobody can say.
 */
async function senderProject(
  { scopeOf }: Pick<HandlerParts, 'scopeOf'>,
  request: FastifyRequest,
): Promise<string> {
  const { authorization } = request.headers;
  if (authorization === undefined && request.headers[projectHeader] === undefined) return defaultProject;
  return (await scopeOf(request)).writes;
}

/** The project that servers belong to; null: they are everybody’s. The report about them is to be seen by nobody else. */
function ownerOf(servers: readonly KnownServer[]): string | null {
  const owners = new Set(servers.flatMap(({ project }) => project ?? []));
  const [owner = null] = owners;
  if (owners.size > 1) throw fault('request-invalid', 'servers: they belong to several projects', 'servers');
  return owner;
}

/** By this address the service itself reaches an embedded server that listens everywhere. */
export const probeAddress = '127.0.0.1';
