import Fastify, { type FastifyInstance, type FastifyServerFactory, LogController } from 'fastify';
import type { Envelope } from '../contract/envelope.ts';
import type { RunSummary } from '../contract/runs.ts';
import { TurnCheckRunner } from './checks/turn-check-runner.ts';
import type { AppDeps } from './deps.ts';
import { LinkDesk } from './links/link-desk.ts';
import { LiveHub, liveLimits } from './live/live-hub.ts';
import { adminOnly, guardRequests } from './plugins/access.ts';
import { addDocs } from './plugins/docs.ts';
import { addEmbedding, embedPolicy } from './plugins/embedding.ts';
import { addErrorHandler } from './plugins/errors.ts';
import { addLimits } from './plugins/limits.ts';
import { addMeasuring } from './plugins/measure.ts';
import { addRequestId, requestIdOf } from './plugins/request-id.ts';
import { addSecurityHeaders } from './plugins/security.ts';
import { addValidation } from './plugins/validation.ts';
import { addWeb } from './plugins/web.ts';
import { ProbeRunner } from './probes/probe-runner.ts';
import { roomLimits } from './rooms/room-limits.ts';
import { RoomsHost } from './rooms/rooms-host.ts';
import { buildHandlers, probeAddress } from './routes/handlers.ts';
import { registerHealth } from './routes/health.ts';
import { addWebSockets, registerLive } from './routes/live.ts';
import { registerOperations } from './routes/operations.ts';
import { registerRooms } from './routes/rooms.ts';
import { OwnViewDesk } from './servers/own-view.ts';
import { ServerList } from './servers/server-list.ts';
import { createSecureServer } from './tls/one-port.ts';
import { ownWitness } from './witness/own-witness.ts';

/** Guesses of the admin token per minute and address. */
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
  const { config, store, metrics, now, certificate } = deps;
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
    logger: deps.log === undefined ? false : { level: deps.log.level, stream: deps.log.stream },
  });

  app.server.maxConnections = config.limits.connections;

  const live = new LiveHub(liveLimits, (count) => metrics.liveSockets(count));
  const servers = new ServerList({
    store,
    configured: config.servers,
    embedded: deps.embeddedStun,
    now,
    onChange: () => live.broadcast({ type: 'servers-changed' }),
  });
  const links = new LinkDesk({
    store,
    servers,
    now,
    onChange: () => live.broadcast({ type: 'links-changed' }),
  });
  const saveReport = async (report: Envelope): Promise<RunSummary> => {
    const { summary, added } = await metrics.writing(store.addReport(report, now()));
    if (added) {
      metrics.runStored(report, summary);
      live.broadcast({ type: 'run-added', run: summary });
    }
    return summary;
  };
  const saveOwn = async (report: Envelope) => (await saveReport(report)).id;
  const probes = new ProbeRunner({
    runProbe: deps.runProbe,
    openWitness: () => ownWitness(deps.witness, deps.embeddedStun, probeAddress),
    now,
    save: saveOwn,
    onStep: (probe, step) => live.broadcast({ type: 'probe-progress', probe, step }),
    onEnd: ({ id, run, error }) => {
      metrics.probeEnded(error === null ? 'done' : 'failed');
      live.broadcast({ type: 'probe-ended', probe: id, run, error });
    },
  });
  const ownView = new OwnViewDesk({ runProbe: deps.runProbe, now, enabled: config.check.ownView });
  const turnChecks = new TurnCheckRunner({
    runTurnCheck: deps.runTurnCheck,
    now,
    save: saveOwn,
    onState: (check) => live.broadcast({ type: 'turn-check', check }),
    onEnd: ({ state }) => metrics.turnCheckEnded(state === 'done' ? 'done' : 'failed'),
  });
  const rooms = new RoomsHost({
    limits: { ...roomLimits, rooms: config.limits.rooms },
    mediaServers: deps.mediaServers ?? {},
    now,
    log: app.log,
  });
  app.addHook('preClose', async () => {
    live.close();
    rooms.close();
    await Promise.all([probes.close(), turnChecks.close()]);
  });

  // The order is the order of the checks: believed at all? – too often? – administrator? – well-formed?
  addErrorHandler(app, (code) => metrics.failed(code));
  addValidation(app);
  // Before the guard: it is this plugin that closes the socket of an upgrade that was refused.
  await addWebSockets(app);
  addRequestId(app);
  const embedding = embedPolicy(config.check.embedOrigins);
  guardRequests(app, deps.access, embedding);
  addMeasuring(app, deps, () => rooms.census());
  await addSecurityHeaders(app);
  addEmbedding(app, embedding);
  await addLimits(app, config.limits);
  await addDocs(app, deps.version);

  const admin = adminOnly(deps.access, now);
  registerOperations(app, {
    handlers: buildHandlers({
      ...deps,
      servers,
      ownView,
      probes,
      turnChecks,
      live,
      rooms,
      links,
      saveReport,
    }),
    adminOnly: admin,
    limits: {
      addReport: config.limits.reportsPerMinute,
      login: loginsPerMinute,
      openWitness: witnessesPerMinute,
      visitProgress: stepsPerMinute,
    },
  });
  registerHealth(app, { store, metrics, embeddedStun: deps.embeddedStun, adminOnly: admin });
  registerLive(app, live, admin);
  registerRooms(app, rooms);
  deps.addEcho?.(app);
  deps.addTabNat?.(app);
  await deps.addWhip?.(app, admin);
  await addWeb(app, deps.webRoot, { links, embedding });
  return app;
}
