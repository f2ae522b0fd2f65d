import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the lab calls and the Debian package that has it. */
const programs = {
  ip: 'iproute2',
  nft: 'nftables',
  sysctl: 'procps',
  conntrack: 'conntrack',
  tc: 'iproute2',
  unshare: 'util-linux',
  iptables: 'iptables',
  python3: 'python3-minimal',
  openssl: 'openssl',
  tayga: 'tayga',
  tinyproxy: 'tinyproxy-bin',
  openvpn: 'openvpn',
  turnserver: 'coturn',
  turnutils_natdiscovery: 'coturn',
  miniupnpd: 'miniupnpd-nftables',
  traceroute: 'traceroute',
  haproxy: 'haproxy',
  ejabberdctl: 'ejabberd',
  janus: 'janus',
  tcpdump: 'tcpdump',
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
  certutil: 'libnss3-tools',
  'nats-server': 'nats-server',
} as const;
export type LabProgram = keyof typeof programs;

const searchPath = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'];

/**
 * Why the lab cannot run here, in one sentence with the remedy; null when it can.
 * @param needed default: what building namespaces takes
 */
export function labObstacle(needed: readonly LabProgram[] = ['ip', 'nft', 'sysctl']): string | null {
  if (process.platform !== 'linux')
    return `the lab needs Linux network namespaces; this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'the lab makes network namespaces and needs root; run it with sudo';
  if (!mayMakeNamespaces()) {
    return 'this container may not make network namespaces (no CAP_SYS_ADMIN or CAP_NET_ADMIN); run it privileged';
  }
  const missing = needed.filter(
    (program) => !searchPath.some((folder) => isExecutable(join(folder, program))),
  );
  if (missing.length === 0) return null;
  const packages = [...new Set(missing.map((program) => programs[program]))].join(' ');
  return `${missing.join(', ')} not found; on Debian: apt-get install --no-install-recommends ${packages}`;
}

/** @throws Error with the obstacle */
export function requireLab(needed?: readonly LabProgram[]): void {
  const obstacle = labObstacle(needed);
  if (obstacle !== null) throw new Error(obstacle);
}

/** Root in a container often lacks what root is for. Bits of linux/capability.h. */
function mayMakeNamespaces(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const capabilities = BigInt(`0x${effective}`);
  const [netAdmin, sysAdmin] = [12n, 21n];
  return [netAdmin, sysAdmin].every((bit) => (capabilities >> bit) & 1n);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
