/** A real coturn on loopback, for one test file. Dies with the test, and by itself after two minutes. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../stun/endpoint.ts';
import { drive } from '../../stun/io/drive.ts';
import { BindingClient } from '../../turn/client/binding-client.ts';

export interface Coturn {
  /** UDP and TCP. */
  readonly plain: Endpoint;
  /** TLS; only with a certificate. */
  readonly tls: Endpoint;
  stop(): Promise<void>;
}

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What to install when a program is missing; null when all are there. */
export function missingPrograms(): string | null {
  const missing = ['turnserver', 'openssl', 'setpriv', 'timeout'].filter(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  return missing.length === 0
    ? null
    : `not installed: ${missing.join(', ')} (apt-get install coturn openssl)`;
}

export function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'polynya-turn-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A self-signed certificate for a host name or an address; two days are too few for T04. */
export function makeCertificate(folder: string, name: string, days = 2): Certificate {
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', String(days)],
    ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`],
    ...['-keyout', keyFile, '-out', certFile],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
  return { certFile, keyFile };
}

export async function startCoturn(
  folder: string,
  flags: readonly string[],
  certificate: Certificate | null = null,
): Promise<Coturn> {
  const [plainPort, tlsPort] = await freePorts(2);
  const address = '127.0.0.1';
  const plain = { address, port: plainPort ?? 0 };
  const tls = { address, port: tlsPort ?? 0 };
  const secured =
    certificate === null ? ['--no-tls'] : ['--cert', certificate.certFile, '--pkey', certificate.keyFile];
  const child = spawn(
    'setpriv',
    [
      ...['--pdeathsig', 'TERM', 'timeout', '--kill-after=2', '120'],
      ...['turnserver', '-n', '--listening-ip', address, '--relay-ip', address, '--no-cli', '--no-dtls'],
      ...['--listening-port', String(plain.port), '--tls-listening-port', String(tls.port)],
      ...['--pidfile', join(folder, 'turn.pid'), '--userdb', join(folder, 'turn.db'), '--log-file', 'stdout'],
      ...[...secured, ...flags],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(String(chunk)));
  try {
    await answers(plain, child);
  } catch (error) {
    await stop(child);
    throw new Error(`coturn did not come up: ${log.join('').slice(-2000)}`, { cause: error });
  }
  return { plain, tls, stop: () => stop(child) };
}

/** Waits until coturn answers a Binding; the retransmissions are the waiting. */
async function answers(server: Endpoint, child: ChildProcess): Promise<void> {
  const giveUp = new AbortController();
  child.once('close', (code) => giveUp.abort(new Error(`exit ${code}`)));
  const machine = new BindingClient({
    server,
    transport: 'udp',
    random: (size) => randomBytes(size),
    rtoMs: 50,
    giveUpMs: 10_000,
  });
  let up = false;
  await drive(machine, {
    signal: giveUp.signal,
    onEvent: (event) => {
      up ||= event.kind === 'mapped';
    },
  });
  if (!up) throw new Error('no answer within 10 s');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
}

/** Ports that are free for TCP now; coturn cannot choose its own. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
