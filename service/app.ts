import Fastify, { type FastifyInstance, type FastifyServerFactory, LogController } from 'fastify';
import { mayDo } from '../contract/access.ts';
import type { Envelope } from '../contract/envelope.ts';
import { AuditLog } from './access/audit-log.ts';
import { AgentMetrics } from './agents/agent-metrics.ts';
import { openAgents } from './agents/agents.ts';
import { usualPace } from './agents/pace.ts';
import { openQueue } from './agents/queue/open-queue.ts';
import { TurnCheckRunner } from './checks/turn-check-runner.ts';
import type { AppDeps } from './deps.ts';
import { joinFleet } from './fleet/fleet.ts';
import { LinkDesk } from './links/link-desk.ts';
import { LiveHub, liveLimits } from './live/live-hub.ts';
import { callersBy, guardRequests, guardRoutes, record } from './plugins/access.ts';
import { admission } from './plugins/admission.ts';
import { letGoOfBodies } from './plugins/bodies.ts';
import { addDocs } from './plugins/docs.ts';
import { addEmbedding, embedPolicy } from './plugins/embedding.ts';
import { addErrorHandler } from './plugins/errors.ts';
import { addLimits } from './plugins/limits.ts';
import { addMeasuring } from './plugins/measure.ts';
import { addRequestId, requestIdOf } from './plugins/request-id.ts';
import { addSecurityHeaders } from './plugins/security.ts';
import { addTracing } from './plugins/tracing.ts';
import { addValidation } from './plugins/validation.ts';
import { addWeb } from './plugins/web.ts';
import { ProbeRunner } from './probes/probe-runner.ts';
import { ProjectDesk } from './projects/project-desk.ts';
import { scopeFor, scopesBy } from './projects/scope.ts';
import { ReportIntake } from './report-intake.ts';
import { roomLimits } from './rooms/room-limits.ts';
import { registerAgents } from './routes/agents.ts';
import { buildHandlers, probeAddress } from './routes/handlers.ts';
import { registerHealth } from './routes/health.ts';
import { addWebSockets, registerLive } from './routes/live.ts';
import { registerOperations } from './routes/operations.ts';
import { registerRooms } from './routes/rooms.ts';
import { registerSignIn } from './routes/sign-in.ts';
import { OwnViewDesk } from './servers/own-view.ts';
import { ServerList } from './servers/server-list.ts';
import { oidcTarget } from './sign-in/oidc-target.ts';
import { SignInDesk } from './sign-in/sign-in-desk.ts';
import { watchSpool } from './spool-watch.ts';
import { createSecureServer } from './tls/one-port.ts';
import { sampledMessages } from './trace/room-messages.ts';
import { traceFields } from './trace/trace-fields.ts';
import { noTracing } from './trace/tracing.ts';
import { ownWitness } from './witness/own-witness.ts';

/** Guesses of the admin token per minute and address, and sign-ins with an identity provider. */
const loginsPerMinute = 10;
/** Progress messages per minute and address; a check sends about 15. */
const stepsPerMinute = 120;
/** Witness sessions per minute and address. */
const witnessesPerMinute = 30;

/**
 * The whole HTTP and WebSocket surface, not yet listening. The app owns neither the store nor the STUN server: who
 * made them closes them, after `app.close()`.
 */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, store, metrics, now, certificate, tracing = noTracing } = deps;
  const requestTimeout = config.limits.requestSeconds * 1_000;
  // Node looks for late requests only so often.
  const connectionsCheckingInterval = requestTimeout / 4;
  const slowness = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval };
  const serverFactory: FastifyServerFactory | null =
    certificate === undefined ? null : (onRequest) => createSecureServer(certificate, slowness, onRequest);
  const app: FastifyInstance = Fastify({
    bodyLimit: config.limits.bodyBytes,
    requestTimeout,
    forceCloseConnections: true,
    ...(serverFactory === null ? { http: slowness } : { serverFactory }),
    // One line per request is written below, with the route’s pattern instead of the URL.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestIdOf,
    logger: deps.log === undefined ? false : { ...deps.log, mixin: () => traceFields(tracing) },
  });

  app.server.maxConnections = config.limits.connections;

  const live = new LiveHub(liveLimits, (count) => metrics.liveSockets(count));
  const servers = new ServerList({
    store,
    configured: config.servers,
    embedded: deps.embeddedStun,
    now,
    onChange: (project) => live.broadcast({ type: 'servers-changed' }, project),
  });
  const projects = new ProjectDesk({
    store: store.projects,
    now,
    onChange: () => live.broadcast({ type: 'projects-changed' }),
  });
  const links = new LinkDesk({
    store,
    servers,
    projects,
    now,
    onChange: (project) => live.broadcast({ type: 'links-changed' }, project),
  });
  const { spooling = null } = deps;
  const intake = new ReportIntake({ store, spooling, links, projects, metrics, live, tracing, now });
  const saveOwn = async (report: Envelope, project?: string) =>
    (await intake.take(report, null, project)).summary.id;
  const probes = new ProbeRunner({
    runProbe: deps.runProbe,
    openWitness: () => ownWitness(deps.witness, deps.embeddedStun, probeAddress),
    now,
    save: saveOwn,
    onStep: (probe, step, project) => live.broadcast({ type: 'probe-progress', probe, step }, project),
    onEnd: ({ id, run, error }, project) => {
      metrics.probeEnded(error === null ? 'done' : 'failed');
      live.broadcast({ type: 'probe-ended', probe: id, run, error }, project);
    },
  });
  const oidc = oidcTarget(config);
  const signIn = oidc === null ? null : new SignInDesk(oidc, { now, projects: () => store.projects.list() });
  const ownView = new OwnViewDesk({ runProbe: deps.runProbe, now, enabled: config.check.ownView });
  const turnChecks = new TurnCheckRunner({
    runTurnCheck: deps.runTurnCheck,
    now,
    save: saveOwn,
    onState: (check, project) => live.broadcast({ type: 'turn-check', check }, project),
    onEnd: ({ state }) => metrics.turnCheckEnded(state === 'done' ? 'done' : 'failed'),
  });
  const fleet = joinFleet(deps.fleet, {
    ...{ version: deps.version, log: app.log, live, metrics },
    census: () => rooms.census(),
  });
  const rooms = fleet.rooms({
    limits: { ...roomLimits, rooms: config.limits.rooms },
    mediaServers: deps.mediaServers ?? {},
    now,
    log: app.log,
    watchSockets: sampledMessages(tracing),
  });
  if (spooling !== null) watchSpool({ spooling, intake, metrics, live, tracing, log: app.log });
  const agents = openAgents({
    ...{ config, now, save: saveOwn, log: app.log, ...deps.agents },
    store: store.fleet,
    queue: await openQueue(deps.fleet?.bus ?? null, config.bus?.replicas ?? null, {
      ...{ store: store.fleet.jobs, now },
      leaseMs: (deps.agents.pace ?? usualPace).leaseMs,
    }),
    fleet: fleet.peers,
    servers: (reached, reads) => servers.all(reached, reads),
    projects,
    tell: (message, project) => live.broadcast(message, project),
    metrics: new AgentMetrics(metrics.registry),
  });
  app.addHook('preClose', async () => {
    live.close();
    await Promise.all([rooms.close(), probes.close(), turnChecks.close(), agents.close()]);
    fleet.leave();
    await audit.close();
  });

  // The order is the order of the checks: believed at all? – too often? – may he? – well-formed?
  const audit = new AuditLog({ store: store.access.audit, now, log: app.log });
  const callerOf = callersBy(deps.access, now);
  const scopeOf = scopesBy(callerOf);
  const embedding = embedPolicy(config.check.embedOrigins);
  const guard = { access: deps.access, callerOf, audit, embedding };
  guardRoutes(app, guard);
  addErrorHandler(app, (code) => metrics.failed(code));
  addValidation(app);
  // Before the guard: it is this plugin that closes the socket of an upgrade that was refused.
  await addWebSockets(app);
  addRequestId(app);
  addTracing(app, tracing);
  guardRequests(app, guard);
  letGoOfBodies(app);
  addMeasuring(app, deps, () => rooms.census());
  await addSecurityHeaders(app);
  addEmbedding(app, embedding);
  await addLimits(app, config.limits);
  await addDocs(app, deps.version);

  registerOperations(app, {
    handlers: buildHandlers({
      ...deps,
      callerOf,
      scopeOf,
      projects,
      audit,
      agents,
      signIn,
      servers,
      ownView,
      probes,
      turnChecks,
      live,
      rooms,
      links,
      nodes: () => fleet.nodes(),
      intake,
    }),
    callerOf,
    audit,
    limits: {
      addReport: config.limits.reportsPerMinute,
      login: loginsPerMinute,
      enrolAgent: loginsPerMinute,
      openWitness: witnessesPerMinute,
      visitProgress: stepsPerMinute,
    },
    admission: {
      of: ['addReport', 'joinRoom'],
      hook: admission(),
    },
  });
  if (signIn !== null)
    registerSignIn(app, signIn, { access: deps.access, audit, now, perMinute: loginsPerMinute });
  const { embeddedStun } = deps;
  registerHealth(app, { store, spooling, metrics, embeddedStun, bus: fleet.peers?.bus ?? null });
  registerLive(app, live, async (asked, project) => {
    const principal = await deps.access.principalOf(asked, now().getTime());
    return mayDo(principal?.role ?? null, 'viewer') ? scopeFor(principal, project) : null;
  });
  registerRooms(app, rooms);
  registerAgents(app, agents, config);
  deps.addEcho?.(app);
  deps.addTabNat?.(app);
  await deps.addWhip?.(app, (request, act) => record(guard, request, act));
  await addWeb(app, deps.webRoot, { links, embedding });
  return app;
}
