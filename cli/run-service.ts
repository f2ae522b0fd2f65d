/** The service with its dashboard and embedded STUN server, until it is told to stop. */
import { type ServeConfig, serveConfigSchema } from '../contract/config.ts';
import { failure } from '../contract/failures.ts';
import { ServiceStartError } from '../service/fault.ts';
import { loadConfigFile } from '../service/load-config.ts';
import { type RunningService, startService } from '../service/server.ts';
import { serviceError } from './service-error.ts';

export interface ServeFlags {
  config?: string;
  host?: string;
  /** True: given without a value. */
  listen?: string | true;
  port?: number;
  tls?: 'self';
  tlsCert?: string;
  tlsKey?: string;
  store?: string;
  /** URLs with commas between. */
  bus?: string;
  /** False: --no-stun. */
  stun: boolean;
  stunPort?: number;
  otlp?: string;
}

/** 128 + SIGINT, as shells report a program that a signal ended. */
const exitInterrupted = 130;

export async function runService(flags: ServeFlags): Promise<void> {
  let service: RunningService;
  try {
    service = await startService(configOf(flags, process.env));
  } catch (error) {
    throw serviceError(error);
  }
  process.stdout.write(`${startLines(service).join('\n')}\n`);
  await stopSignal();
  process.stdout.write('Stopping …\n');
  await service.close();
}

/** File first, then flags; what neither says has its default. The environment keeps secrets out of files. */
export function configOf(flags: ServeFlags, environment: NodeJS.ProcessEnv): ServeConfig {
  const base = flags.config === undefined ? serveConfigSchema.parse({}) : loadConfigFile(flags.config);
  const host = flags.listen === undefined ? flags.host : flags.listen === true ? '0.0.0.0' : flags.listen;
  const peerSecret = environment['POLYNYA_PEER_SECRET'];
  const oidcSecret = environment['POLYNYA_OIDC_CLIENT_SECRET'];
  const { peer } = base.stun;
  const stunPort = flags.stunPort ?? base.stun.port;
  const merged = serveConfigSchema.safeParse({
    ...base,
    host: host ?? base.host,
    port: flags.port ?? base.port,
    tls: tlsOf(flags) ?? base.tls,
    store: flags.store ?? base.store,
    bus: busOf(flags, base, environment),
    tracing: {
      ...base.tracing,
      otlp: flags.otlp ?? environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? base.tracing.otlp,
      serviceName: environment['OTEL_SERVICE_NAME'] ?? base.tracing.serviceName,
    },
    adminToken: environment['POLYNYA_ADMIN_TOKEN'] ?? base.adminToken,
    oidc:
      base.oidc === null || oidcSecret === undefined
        ? base.oidc
        : { ...base.oidc, clientSecret: oidcSecret, clientSecretFile: null },
    stun: {
      ...base.stun,
      peer:
        peer === null || peerSecret === undefined ? peer : { ...peer, secret: peerSecret, secretFile: null },
      enabled: flags.stun && base.stun.enabled,
      port: stunPort,
      // RFC 5780 needs a second port. One that was chosen by flag brings its neighbour along.
      alternatePort: flags.stunPort === undefined ? base.stun.alternatePort : alternateOf(stunPort),
    },
  });
  if (merged.success) return merged.data;
  const issue = merged.error.issues[0];
  const key = issue?.path.join('.') ?? '';
  const name = environmentNames[key] ?? key;
  throw new ServiceStartError(failure('config-invalid', `${name}: ${issue?.message ?? 'invalid'}`));
}

/** Values of the file were checked when it was read; here only what came from elsewhere can be wrong. */
const environmentNames: Readonly<Record<string, string>> = {
  adminToken: 'POLYNYA_ADMIN_TOKEN',
  'oidc.clientSecret': 'POLYNYA_OIDC_CLIENT_SECRET',
  'stun.peer.secret': 'POLYNYA_PEER_SECRET',
  'bus.password': 'POLYNYA_BUS_PASSWORD',
  'bus.token': 'POLYNYA_BUS_TOKEN',
  'tracing.otlp': '--otlp, OTEL_EXPORTER_OTLP_ENDPOINT',
};

function busOf(flags: ServeFlags, base: ServeConfig, environment: NodeJS.ProcessEnv): object | null {
  if (flags.bus === undefined && base.bus === null) return null;
  const password = environment['POLYNYA_BUS_PASSWORD'];
  const token = environment['POLYNYA_BUS_TOKEN'];
  return {
    ...base.bus,
    ...(flags.bus !== undefined && { servers: flags.bus.split(',') }),
    ...(password !== undefined && { password, passwordFile: null }),
    ...(token !== undefined && { token, tokenFile: null }),
  };
}

function tlsOf({ tls, tlsCert: cert, tlsKey: key }: ServeFlags): ServeConfig['tls'] {
  if (cert === undefined && key === undefined) return tls ?? null;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const missing = cert === undefined ? '--tls-cert' : '--tls-key';
  throw new ServiceStartError(failure('config-invalid', `${missing}: certificate and key go together`));
}

function alternateOf(port: number): number {
  if (port === 0) return 0;
  return port === 65535 ? 65534 : port + 1;
}

/** One fact a line, name first: people read it, and scripts can cut it at the first blanks. */
export function startLines(service: RunningService): string[] {
  const lines = [`Dashboard    ${service.url}`];
  for (const url of service.lanUrls) lines.push(`On the LAN   ${url}`);
  if (service.tls !== null) lines.push(...certificateLines(service.tls));
  lines.push(`STUN server  ${service.stunUri ?? 'off'}`);
  if (service.adminToken !== null) {
    lines.push(
      `Admin token  ${service.adminToken}`,
      'Note         The token is new at each start; set adminToken or POLYNYA_ADMIN_TOKEN to choose one.',
    );
  }
  for (const note of service.notes) lines.push(`Note         ${note}`);
  lines.push('Stop         Ctrl+C');
  return lines;
}

function certificateLines({
  fingerprint,
  isSelfSigned,
  certFile,
}: NonNullable<RunningService['tls']>): string[] {
  const lines = [`Certificate  SHA-256 ${fingerprint}`];
  if (!isSelfSigned) return lines;
  const kept = certFile === null ? '' : ` It is kept in ${certFile}.`;
  return [
    ...lines,
    `Note         Browsers warn once: nobody but this service vouches for it. Compare the fingerprint.${kept}`,
  ];
}

/** Resolves at the first signal to stop; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(exitInterrupted);
      asked = true;
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
