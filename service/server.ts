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
import { buildApp } from './app.ts';
import { turnCheckVia } from './checks/run-turn-check.ts';
import type { LogOptions, RunProbe, RunTurnCheck } from './deps.ts';
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
import { openStore } from './store/open-store.ts';
import { keepStore } from './store/store-keeper.ts';
import { startStun } from './stun.ts';
import { type ServiceCertificate, serviceCertificate } from './tls/service-certificate.ts';
import { UndoStack } from './undo.ts';
import { WitnessDesk } from './witness/witness-desk.ts';

/** Requests under way get this long at `close()`, then their connections are cut. */
const drainMs = 2_000;

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
  const store = await openStore(config.store);
  undo.push(() => store.close());
  let log: FastifyBaseLogger | null = null;
  const onLink = (state: LinkState) =>
    log?.warn({ peer: config.stun.peer?.address, state }, linkWords[state]);
  const { resolve, refuses } = new Reach(config.reach.deny);
  const witness = new WitnessDesk({ now: () => new Date(), nowMs: () => performance.now() });
  const stun = config.stun.enabled ? await startStun(config, undo, { witness: witness.log, onLink }) : null;

  const trustsLoopback = isLoopbackName(config.host) && config.adminToken === null;
  const madeToken =
    trustsLoopback || config.adminToken !== null ? null : randomBytes(24).toString('base64url');
  const app = await buildApp({
    config,
    version: toolVersion,
    store,
    access: new Access(config.adminToken ?? madeToken),
    ...(certificate !== null && { certificate }),
    embeddedStun: stun,
    witness,
    runProbe: options.runProbe ?? ((wanted) => runProbe({ ...wanted, resolve })),
    runTurnCheck: options.runTurnCheck ?? turnCheckVia(resolve),
    metrics: new Metrics().withProcess(),
    webRoot: builtDashboard,
    addEcho: (instance) => {
      const { echoSessions: sessions, echoSeconds: seconds } = config.limits;
      const bindAddress = mediaAddress(config.host);
      registerEcho(instance, { sessions, seconds, refuses, ...(bindAddress !== null && { bindAddress }) });
    },
    ...(config.sfu.embedded && {
      addWhip: (instance, adminOnly) => {
        const { rooms: streams, announce } = config.sfu;
        const bindAddress = mediaAddress(config.host);
        return registerWhip(instance, { streams, announce, bindAddress }, adminOnly);
      },
    }),
    mediaServers: mediaServers({
      config: config.sfu,
      place: { bindAddress: mediaAddress(config.host), clientIsLocal: isLoopbackName(config.host) },
      refuses,
      onNote: (note) => log?.warn(note),
    }),
    ...(stun !== null && { addTabNat: (instance) => registerTabNat(instance, stun.servers) }),
    log: { level: config.log, stream: options.logTo ?? process.stderr },
    now: () => new Date(),
  });
  undo.push(() => closeWithin(app, drainMs));
  log = app.log;
  undo.push(keepStore(store, config.retention.days, app.log));
  if (stun !== null && stun.link !== null) onLink(stun.link);
  const port = await listen(app, config);

  const { url, lanUrls } = dashboardUrls(config.host, port, certificate === null ? 'http' : 'https');
  const notes = [...(stun?.notes ?? [])];
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
    url,
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
    await app.listen({ host: config.host, port: config.port });
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
