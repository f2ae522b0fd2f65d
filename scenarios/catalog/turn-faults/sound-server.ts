/** The server that every fault is a change of: coturn 4.6.1, hardened as docs, check and linter ask for. */

/** The lab's server; see `planTopology`. */
export const publicAddress = '11.78.1.10';
/** Where a fault wants a second one. */
export const secondAddress = '11.78.2.10';
/** Behind a NAT. */
export const privateAddress = '10.20.0.10';
export const hostName = 'turn.lab.example';

/** 32 bytes, as `openssl rand -hex 32` writes them. It protects nothing but servers inside namespaces. */
export const secret = '6b1f0c58e2d947a3b5c0de7719a4f3826d05eb9c41f87a2390bb6e1d5c7f4a08';

export const soundUris = [
  `turn:${hostName}`,
  `turn:${hostName}?transport=tcp`,
  `turns:${hostName}:443?transport=tcp`,
] as const;

/** RFC 6890 and its successors, and the platform address of Azure. */
const deniedPeers = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '168.63.129.16',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.0.2.0-192.0.2.255',
  '192.88.99.0-192.88.99.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '198.51.100.0-198.51.100.255',
  '203.0.113.0-203.0.113.255',
  '240.0.0.0-255.255.255.255',
];

/** Certificate and key lie beside the file. */
export const soundConfig: readonly string[] = [
  `listening-ip=${publicAddress}`,
  `relay-ip=${publicAddress}`,
  'listening-port=3478',
  'tls-listening-port=443',
  'cert=fullchain.pem',
  'pkey=key.pem',
  'no-tlsv1',
  'no-tlsv1_1',
  'no-dtls',
  'fingerprint',
  'use-auth-secret',
  `static-auth-secret=${secret}`,
  `realm=${hostName}`,
  'stale-nonce=600',
  'user-quota=12',
  'total-quota=1200',
  'max-bps=1000000',
  'no-multicast-peers',
  ...deniedPeers.map((range) => `denied-peer-ip=${range}`),
  'no-tcp-relay',
  'no-rfc5780',
  'no-stun-backward-compatibility',
  'response-origin-only-with-rfc5780',
  'no-software-attribute',
  'no-cli',
];

/** What coturn writes and where: belongs to the lab, not to the case. */
export const labConfig: readonly string[] = [
  'log-file=stdout',
  'simple-log',
  'pidfile=turnserver.pid',
  'userdb=turndb',
];

const optionOf = (line: string) => line.split('=', 1)[0] ?? line;

/** Takes out what is named by option or by whole line, and adds lines at the end. */
export function changeConfig(
  lines: readonly string[],
  drop: readonly string[] = [],
  add: readonly string[] = [],
): string[] {
  return [...lines.filter((line) => !drop.includes(line) && !drop.includes(optionOf(line))), ...add];
}
