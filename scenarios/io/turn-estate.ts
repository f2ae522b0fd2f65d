/** Twelve TURN URLs as they are found in the field: half of them work, half are dead in six different ways. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { type Coturn, startCoturn } from './coturn.ts';
import type { Lab } from './lab.ts';

export interface TurnEstate {
  /** URL → `ok`, or the code of the failure that a probe must name. */
  readonly expected: Readonly<Record<string, string>>;
  /** `RTCIceServer[]` with the credentials, for `--ice-servers`. */
  readonly iceServersFile: string;
  /** Makes Node trust the first server's certificate. */
  readonly env: Readonly<Record<string, string>>;
  /** `stun:` URI of the first address, with RFC 5780. */
  readonly stunUri: string;
  readonly coturn: Coturn;
}

const ports = { plain: 3478, alternate: 3479, tls: 443, closed: 4000, dropped: 4001, mute: 4002 };

/**
 * Starts coturn with TLS, a port that accepts connections and never speaks, and a packet filter that drops one port.
 * @throws Error when a program is missing or does not come up
 */
export async function startTurnEstate(lab: Lab): Promise<TurnEstate> {
  const folder = lab.folder('estate');
  const [first, second] = lab.serverAddresses;
  const { certFile, keyFile } = await makeCertificate(folder, first);
  const coturn = await startCoturn(lab, { tls: { certFile, keyFile, port: ports.tls } });
  const mute = lab.spawn(lab.server, [process.execPath, '-e', acceptAndStaySilent, String(ports.mute)]);
  await mute.waitFor(/listening/, 10_000);
  await must(lab, lab.server, ['nft', '-f', '-'], dropRules);

  const turn = (address: string, port: number, more = '') => `turn:${address}:${port}${more}`;
  const overTcp = '?transport=tcp';
  const good = {
    [turn(first, ports.plain)]: 'ok',
    [turn(first, ports.plain, overTcp)]: 'ok',
    [`turns:${first}:${ports.tls}${overTcp}`]: 'ok',
    [turn(second, ports.plain)]: 'ok',
    [turn(second, ports.plain, overTcp)]: 'ok',
    [turn(first, ports.alternate, overTcp)]: 'ok',
  };
  const rejected = turn(first, ports.alternate);
  const dead = {
    [turn(first, ports.closed, overTcp)]: 'refused',
    [turn(first, ports.dropped, overTcp)]: 'timeout',
    [turn(first, ports.dropped)]: 'timeout',
    [rejected]: 'turn-401',
    [`turns:${first}:${ports.mute}${overTcp}`]: 'tls-failed',
    // The certificate is for the other address.
    [`turns:${second}:${ports.tls}${overTcp}`]: 'tls-certificate-name',
  };
  const { username, password: credential } = coturn;
  const urls = [...Object.keys(good), ...Object.keys(dead)].filter((url) => url !== rejected);
  const iceServersFile = join(folder, 'ice.json');
  const iceServers = [
    { urls: [coturn.uri] },
    { urls, username, credential },
    { urls: [rejected], username, credential: `not ${credential}` },
  ];
  writeFileSync(iceServersFile, JSON.stringify(iceServers), { mode: 0o600 });
  return {
    expected: { ...good, ...dead },
    iceServersFile,
    env: { NODE_EXTRA_CA_CERTS: certFile },
    stunUri: coturn.uri,
    coturn,
  };
}

async function must(lab: Lab, namespace: string, argv: readonly string[], stdin?: string): Promise<void> {
  const { code, stderr } = await lab.run(namespace, argv, stdin === undefined ? {} : { stdin });
  if (code !== 0) throw new Error(`${argv[0]} ended with ${code}: ${stderr.trim()}`);
}

/** Runs in the server's namespace. */
const acceptAndStaySilent = `
const server = require('node:net').createServer((socket) => socket.on('error', () => {}).resume());
server.listen(Number(process.argv[1]), () => console.log('listening'));
`;

const dropRules = `
table ip polynya_estate {
  chain input {
    type filter hook input priority filter
    meta l4proto { tcp, udp } th dport ${ports.dropped} drop
  }
}
`;
