/** What a comparison needs besides participants: a service, a TURN server that counts, and Janus. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparePath } from '../../contract/compare-path.ts';
import { type Certificate, makeCertificate } from '../../scenarios/io/certificate.ts';
import { runInBackground } from '../../scenarios/io/exec.ts';
import { startJanus } from '../../scenarios/io/janus.ts';
import { CommandError } from '../command-error.ts';
import { exitCode } from '../exit-code.ts';

/** A program that was started for this comparison; others’ processes are not looked into. */
export interface Estate {
  readonly service: URL;
  readonly adminToken: string | null;
  readonly askEveryMs: number;
  /** null: somebody else’s, or not wanted. */
  readonly servicePid: number | null;
  readonly janusPid: number | null;
  readonly turn: { readonly pid: number; readonly metrics: string } | null;
  /** PEM of the authority of the TURN server’s certificate, which nobody trusts who is not told to. null: it has none. */
  readonly authorityFile: string | null;
  /** Why paths cannot be tried here. */
  readonly missing: ReadonlyMap<ComparePath, string>;
}

const startMs = 20_000;
const local = '127.0.0.1';
/** Firefox opens TLS to a TURN server only under a name. */
const localName = 'localhost';
const turnUser = 'compare';

/** @param service one that runs already, with what it has */
export async function openEstate(
  command: readonly string[],
  folder: string,
  paths: readonly ComparePath[],
  service: URL | null,
): Promise<Estate> {
  if (service !== null) {
    const adminToken = process.env['POLYNYA_ADMIN_TOKEN'] ?? null;
    const theirs = { servicePid: null, janusPid: null, turn: null, authorityFile: null };
    return { service, adminToken, askEveryMs: 1_000, ...theirs, missing: new Map() };
  }
  const missing = new Map<ComparePath, string>();
  const [turn, janus] = await Promise.all([
    paths.some((path) => path.startsWith('relay-')) ? startTurn(command, folder, missing) : null,
    paths.includes('sfu-janus') || paths.includes('mcu') ? tryJanus(missing) : null,
  ]);
  const settings = {
    host: local,
    port: 0,
    store: ':memory:',
    stun: { port: 0, alternatePort: 0 },
    sfu: { janus: janus === null ? null : { url: janus.url, secret: janus.apiSecret } },
    servers:
      turn === null
        ? []
        : [{ label: 'TURN', urls: turn.urls, auth: 'secret', username: turnUser, credential: turn.secret }],
    limits: { requestsPerMinute: 100_000, reportsPerMinute: 10_000 },
  };
  const config = writeSettings(folder, 'service', settings);
  const running = runInBackground([...command, 'serve', '--config', config]);
  const [, url = ''] = await orNotStarted(running.waitFor(/Dashboard +(http\S+)/, startMs));
  return {
    service: new URL(url),
    adminToken: null,
    askEveryMs: 250,
    servicePid: running.pid ?? null,
    janusPid: janus?.pid ?? null,
    turn: turn === null ? null : { pid: turn.pid, metrics: turn.metrics },
    authorityFile: turn?.authorityFile ?? null,
    missing,
  };
}

async function tryJanus(missing: Map<ComparePath, string>) {
  try {
    return await startJanus();
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    for (const path of ['sfu-janus', 'mcu'] as const) missing.set(path, reason.slice(0, 500));
    return null;
  }
}

async function startTurn(command: readonly string[], folder: string, missing: Map<ComparePath, string>) {
  const secret = randomBytes(24).toString('base64url');
  const certificate = await tryCertificate(folder, missing);
  const settings = {
    listen: [`${local}:0`],
    ...(certificate !== null && {
      tls: { cert: certificate.certFile, key: certificate.keyFile, listen: [`${local}:0`] },
    }),
    realm: 'compare.polynya',
    secret,
    // All participants are on this machine, and so are their relayed addresses.
    peers: { allow: ['127.0.0.0/8', local] },
    quota: { perUser: 20_000 },
    limits: { requestsPerSecond: 100_000, burst: 100_000, connectionsPerAddress: 10_000 },
    metrics: `${local}:0`,
    log: 'silent',
  };
  const running = runInBackground([
    ...command,
    ...['turn', 'serve', '--config', writeSettings(folder, 'turn', settings)],
  ]);
  await orNotStarted(running.waitFor(/^Stop /m, startMs));
  const lines = running.stdout();
  const metrics = /Metrics +(http\S+)/.exec(lines)?.[1];
  if (metrics === undefined || running.pid === undefined) throw notStarted(lines);
  return {
    urls: [...lines.matchAll(/^TURN server +(turns?:\S+)/gm)].map(([, uri = '']) =>
      uri.startsWith('turns:') ? uri.replace(local, localName) : uri,
    ),
    secret,
    pid: running.pid,
    metrics,
    authorityFile: certificate?.authorityFile ?? null,
  };
}

/** Null: there is no openssl. */
async function tryCertificate(
  folder: string,
  missing: Map<ComparePath, string>,
): Promise<Certificate | null> {
  try {
    return await makeCertificate(folder, localName, local);
  } catch (error) {
    missing.set('relay-tls', error instanceof Error ? error.message.slice(0, 500) : String(error));
    return null;
  }
}

/** JSON is YAML. Secrets are in it, so nobody else may read it. */
function writeSettings(folder: string, name: string, settings: object): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(settings), { mode: 0o600 });
  return file;
}

async function orNotStarted<T>(started: Promise<T>): Promise<T> {
  try {
    return await started;
  } catch (error) {
    throw notStarted(error instanceof Error ? error.message : String(error));
  }
}

function notStarted(reason: string): CommandError {
  return new CommandError(`a server of the comparison did not start: ${reason}`, null, exitCode.couldNotRun);
}
