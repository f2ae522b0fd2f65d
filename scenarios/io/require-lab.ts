import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What the lab calls and the Debian package that has it. */
const programs = {
  ip: 'iproute2',
  nft: 'nftables',
  sysctl: 'procps',
  turnserver: 'coturn',
  turnutils_natdiscovery: 'coturn',
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

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
