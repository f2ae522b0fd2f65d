import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Running } from './exec.ts';
import type { Lab } from './lab.ts';

export interface CoturnOptions {
  /** Default: the server's namespace of the lab. */
  readonly namespace?: string;
  /** Default: the lab's two server addresses. Two of them turn RFC 5780 on (coturn 4.6 has no option for it). */
  readonly addresses?: readonly string[];
  /** Default 3478. The alternate port is the next one. */
  readonly port?: number;
  /** Default `alice`. */
  readonly username?: string;
  /** Default random. */
  readonly password?: string;
  /** Turns TLS on, on this port. Default: no TLS. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly port: number };
  /** Lines added to the configuration. */
  readonly config?: readonly string[];
}

export interface Coturn {
  /** `stun:ADDRESS:PORT` of the first address. */
  readonly uri: string;
  readonly turnUri: string;
  readonly realm: string;
  readonly username: string;
  readonly password: string;
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts Debian's turnserver in a lab and returns once it answers Binding requests on every listening address and
 * port. All its files are in a folder of the lab; it stops with the lab.
 * @throws Error with coturn's own output when it does not come up
 */
export async function startCoturn(lab: Lab, options: CoturnOptions = {}): Promise<Coturn> {
  const namespace = options.namespace ?? lab.server;
  const addresses = options.addresses ?? lab.serverAddresses;
  const port = options.port ?? 3478;
  const realm = 'lab.polynya.example';
  const username = options.username ?? 'alice';
  // A letter first: coturn takes what begins with 0x for a key, refuses it where it is none, and writes it into its log.
  const password = options.password ?? `p${randomBytes(16).toString('base64url')}`;
  const folder = lab.folder('coturn');
  const configFile = join(folder, 'turnserver.conf');
  // A file rather than arguments: arguments are visible to everybody in the process list.
  writeFileSync(
    configFile,
    [
      ...addresses.map((address) => `listening-ip=${address}`),
      ...addresses.slice(0, 1).map((address) => `relay-ip=${address}`),
      `listening-port=${port}`,
      `alt-listening-port=${port + 1}`,
      `realm=${realm}`,
      `user=${username}:${password}`,
      'lt-cred-mech',
      'fingerprint',
      'no-cli',
      ...tlsLines(options.tls),
      'no-dtls',
      'relay-threads=1',
      'log-file=stdout',
      'simple-log',
      `pidfile=${join(folder, 'turnserver.pid')}`,
      `userdb=${join(folder, 'turndb')}`,
      ...(options.config ?? []),
      '',
    ].join('\n'),
    { mode: 0o600 },
  );
  const server = lab.spawn(namespace, ['turnserver', '-c', configFile], { cwd: folder });
  // Without RFC 5780 the alternate port stays closed.
  const ports = options.config?.includes('no-rfc5780') ? [port] : [port, port + 1];
  const endpoints = addresses.flatMap((address) => ports.map((at) => ({ address, port: at })));
  await answers(lab, namespace, server, endpoints);
  const [first = ''] = addresses;
  return {
    uri: `stun:${first}:${port}`,
    turnUri: `turn:${first}:${port}`,
    realm,
    username,
    password,
    log: () => `${server.stdout()}${server.stderr()}`,
    stop: () => server.stop(),
  };
}

function tlsLines(tls: CoturnOptions['tls']): string[] {
  if (tls === undefined) return ['no-tls'];
  return [`cert=${tls.certFile}`, `pkey=${tls.keyFile}`, `tls-listening-port=${tls.port}`];
}

/** @throws Error with the server's own output when it ends, or does not answer within 15 s */
export async function answers(
  lab: Lab,
  namespace: string,
  server: Running,
  endpoints: readonly { address: string; port: number }[],
): Promise<void> {
  const asked = lab.run(namespace, [process.execPath, '-e', askUntilAnswered, JSON.stringify(endpoints)], {
    timeoutMs: 15_000,
  });
  const first = await Promise.race([asked, server.ended.then(() => null)]);
  if (first === null || first.code !== 0) {
    throw new Error(
      `turnserver does not answer\n${server.stdout()}${server.stderr()}${first?.stderr ?? ''}`.trim(),
    );
  }
}

/**
 * Runs in the server's namespace, which this process cannot enter itself: sends a minimal Binding request
 * (RFC 8489 s5) to each endpoint every 20 ms until each has answered.
 */
const askUntilAnswered = `
const dgram = require('node:dgram');
const waiting = new Map(JSON.parse(process.argv[1]).map((e) => [e.address + ':' + e.port, e]));
const request = Buffer.from('000100002112a442' + require('node:crypto').randomBytes(12).toString('hex'), 'hex');
const sockets = new Map();
for (const e of waiting.values()) {
  const type = e.address.includes(':') ? 'udp6' : 'udp4';
  if (!sockets.has(type)) sockets.set(type, dgram.createSocket(type));
  e.socket = sockets.get(type);
}
const ask = () => { for (const e of waiting.values()) e.socket.send(request, e.port, e.address); };
const timer = setInterval(ask, 20);
for (const socket of sockets.values()) socket.on('message', (bytes, from) => {
  if (bytes.readUInt16BE(0) === 0x0101) waiting.delete(from.address + ':' + from.port);
  if (waiting.size > 0) return;
  clearInterval(timer);
  for (const open of sockets.values()) open.close();
});
for (const socket of sockets.values()) socket.bind();
ask();
`;
