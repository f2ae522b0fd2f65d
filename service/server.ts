/** The service as one running thing: store, embedded STUN server, HTTP. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ServeConfig } from '../contract/config.ts';
import { toolVersion } from '../contract/release.ts';
import { runProbe } from '../probe/io/run-probe.ts';
import type { LinkState } from '../turn/server/link-orderer.ts';
import { Access } from './access.ts';
import { dashboardUrls } from './addresses.ts';
import { webhookVia } from './agents/notices/post-webhook.ts';
import type { Pace } from './agents/pace.ts';
import { buildApp } from './app.ts';
import { openBus } from './bus/open-bus.ts';
import { turnCheckVia } from './checks/run-turn-check.ts';
import type { FleetDeps, LogOptions, RunProbe, RunTurnCheck } from './deps.ts';
import { isLoopbackName, isWildcard } from './loopback.ts';
import { Metrics } from './metrics.ts';
import { Reach } from './reach.ts';
import { builtDashboard } from './release.ts';
import { registerEcho } from './routes/echo.ts';
import { registerTabNat } from './routes/tab-nat.ts';
import { registerWhip } from './routes/whip.ts';
import { embeddedUri } from './servers/server-list.ts';
import { mediaServers } from './sfu/media-servers.ts';
import { startFailure } from './start-failure.ts';
import { openStorage } from './store/open-storage.ts';
import { keepStore } from './store/store-keeper.ts';
import { startStun } from './stun.ts';
import { type ServiceCertificate, serviceCertificate } from './tls/service-certificate.ts';
import { openTracing } from './trace/open-tracing.ts';
import { tracedBus } from './trace/traced-bus.ts';
import { tracedJobs } from './trace/traced-jobs.ts';
import { tracedStore } from './trace/traced-store.ts';
import { UndoStack } from './undo.ts';
import { WitnessDesk } from './witness/witness-desk.ts';

/** Requests under way get this long at `close()`, then their connections are cut. */
const drainMs = 2_000;

/** Connections that wait to be accepted (the system may allow fewer): after a restart all members come back at once. */
const backlog = 4_096;

const linkWords: Readonly<Record<LinkState, string>> = {
  up: 'the linked host answers: RFC 5780 is served',
  down: 'the linked host does not answer: no alternate address is announced',
  'ports-differ': 'the linked host has other STUN ports: no alternate address is announced',
};

export interface RunningService {
  /** The dashboard, on this machine. */
  readonly url: string;
  /** The dashboard, from other machines; empty unless it listens on every address. */
  readonly lanUrls: readonly string[];
  readonly stunUri: string | null;
  /** Of the certificate, over HTTPS. */
  readonly tls: Pick<ServiceCertificate, 'fingerprint' | 'isSelfSigned' | 'certFile'> | null;
  /** What is missing or worth knowing, one sentence or two each. */
  readonly notes: readonly string[];
  /** Made at this start and shown nowhere else; null: configured, or none is needed. */
  readonly adminToken: string | null;
  /** Ends within 3 s: no new requests, running ones drain, sockets and store close. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  /** Where log lines go; stderr when absent. */
  readonly logTo?: LogOptions['stream'];
  readonly runProbe?: RunProbe;
  readonly runTurnCheck?: RunTurnCheck;
  /** Instead of the one of the configuration. */
  readonly bus?: FleetDeps['bus'];
  /** For tests that cannot wait for an agent to be taken for dead. */
  readonly agentPace?: Pace;
}

/** Starts everything or nothing. Throws {@link ServiceStartError}. */
export async function startService(
  config: ServeConfig,
  options: ServiceOptions = {},
): Promise<RunningService> {
  const undo = new UndoStack();
  try {
    return await start(config, options, undo);
  } catch (error) {
    await undo.run();
    throw error;
  }
}

async function start(config: ServeConfig, options: ServiceOptions, undo: UndoStack): Promise<RunningService> {
  const certificate = serviceCertificate(config, new Date());
  let log: FastifyBaseLogger | null = null;
  const tracing = await openTracing(config.tracing, {
    version: toolVersion,
    onState: (problem) =>
      problem === null
        ? log?.warn('the collector takes traces again')
        : log?.warn({ problem }, 'the collector does not take traces; they are dropped meanwhile'),
  });
  undo.push(() => tracing.close());
  const storage = await openStorage(config, (facts, text) => log?.warn(facts, text));
  undo.push(() => storage.close());
  const { spooling } = storage;
  const store = tracedStore(storage.store, spooling === null ? 'sqlite' : 'postgresql', tracing);
  const onLink = (state: LinkState) =>
    log?.warn({ peer: config.stun.peer?.address, state }, linkWords[state]);
  const { resolve, refuses } = new Reach(config.reach.deny);
  const witness = new WitnessDesk({ now: () => new Date(), nowMs: () => performance.now() });
  const stun = config.stun.enabled ? await startStun(config, undo, { witness: witness.log, onLink }) : null;

  // Where people sign in, being at this machine is no sign-in; a proxy in front may be there as well.
  const trustsLoopback = isLoopbackName(config.host) && config.adminToken === null && config.oidc === null;
  const madeToken =
    trustsLoopback || config.adminToken !== null ? null : randomBytes(24).toString('base64url');
  let url = '';
  const bus =
    options.bus ??
    (config.bus === null ? null : await openBus(config.bus, (problem) => log?.warn({ problem }, 'the bus')));
  if (bus !== null) undo.push(() => bus.close());
  const app = await buildApp({
    config,
    version: toolVersion,
    store,
    spooling,
    tracing,
    access: new Access(config.adminToken ?? madeToken, store.access),
    ...(certificate !== null && { certificate }),
    embeddedStun: stun,
    witness,
    ...tracedJobs(
      {
        runProbe: options.runProbe ?? ((wanted) => runProbe({ ...wanted, resolve })),
        runTurnCheck: options.runTurnCheck ?? turnCheckVia(resolve),
      },
      tracing,
    ),
    agents: {
      ...{ refuses, post: webhookVia(resolve) },
      ...(options.agentPace !== undefined && { pace: options.agentPace }),
    },
    metrics: new Metrics().withProcess(),
    webRoot: builtDashboard,
    addEcho: (instance) => {
      const { echoSessions: sessions, echoSeconds: seconds } = config.limits;
      const bindAddress = mediaAddress(config.host);
      registerEcho(instance, { sessions, seconds, refuses, ...(bindAddress !== null && { bindAddress }) });
    },
    ...(config.sfu.embedded && {
      addWhip: (instance, recorded) => {
        const { rooms: streams, announce } = config.sfu;
        const bindAddress = mediaAddress(config.host);
        return registerWhip(instance, { streams, announce, bindAddress }, recorded);
      },
    }),
    mediaServers: mediaServers({
      config: config.sfu,
      place: { bindAddress: mediaAddress(config.host), clientIsLocal: isLoopbackName(config.host) },
      refuses,
      onNote: (note) => log?.warn(note),
    }),
    ...(stun !== null && { addTabNat: (instance) => registerTabNat(instance, stun.servers) }),
    ...(bus !== null && { fleet: { bus: tracedBus(bus, tracing), address: () => url } }),
    log: { level: config.log, stream: options.logTo ?? process.stderr },
    now: () => new Date(),
  });
  undo.push(() => closeWithin(app, drainMs));
  log = app.log;
  undo.push(keepStore(store, config.retention, app.log));
  if (stun !== null && stun.link !== null) onLink(stun.link);
  const port = await listen(app, config);

  const addresses = dashboardUrls(config.host, port, certificate === null ? 'http' : 'https');
  const { lanUrls } = addresses;
  // What other nodes are told: where they can reach it too, if it can be reached.
  url = lanUrls[0] ?? addresses.url;
  const notes = [...(stun?.notes ?? [])];
  const away = spooling?.away ?? null;
  if (away !== null)
    notes.push(`${away.failure.message} Reports are kept in ${config.spool.folder} until it is back.`);
  if (!existsSync(join(builtDashboard, 'index.html'))) {
    notes.push('The dashboard is not built, only the API answers. Run npm run build.');
  }
  const fixedPasswords = config.servers.filter((server) => server.auth === 'password');
  if (!trustsLoopback && fixedPasswords.length > 0) {
    notes.push(
      `Whoever can open the Check page receives the TURN password of: ${fixedPasswords.map((s) => s.label).join(', ')}. ` +
        'Use a shared secret (auth: secret) instead; from it short-lived ones are made.',
    );
  }
  return {
    url: addresses.url,
    lanUrls,
    stunUri: stun === null ? null : embeddedUri(stun, reachableHost(config.host, lanUrls)),
    notes,
    tls: certificate,
    adminToken: madeToken,
    close: () => undo.run(),
  };
}

async function listen(app: FastifyInstance, config: ServeConfig): Promise<number> {
  try {
    await app.listen({ host: config.host, port: config.port, backlog });
  } catch (error) {
    throw startFailure(error, {
      what: `dashboard, tcp ${config.host}:${config.port}`,
      otherPort: '--port PORT, or port in the configuration',
      otherAddress: '--host ADDRESS, or host in the configuration',
    });
  }
  const first = app.addresses()[0];
  return first === undefined || typeof first === 'string' ? config.port : first.port;
}

/** On one definite address beyond loopback media stay there too; else (null) it is chosen per client. */
function mediaAddress(host: string): string | null {
  return isWildcard(host) || isLoopbackName(host) ? null : host;
}

function reachableHost(host: string, lanUrls: readonly string[]): string {
  if (!isWildcard(host)) return host;
  const first = lanUrls[0];
  return first === undefined ? '127.0.0.1' : new URL(first).hostname.replace(/^\[|\]$/g, '');
}

async function closeWithin(app: FastifyInstance, limitMs: number): Promise<void> {
  const cutOff = setTimeout(() => app.server.closeAllConnections(), limitMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cutOff);
  }
}
