import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * The largest packet towards `address` that the kernel sends whole: the interface's MTU, or less where it has learned
 * so from ICMP. Linux with iproute2; null elsewhere.
 */
export async function routeMtu(address: string): Promise<number | null> {
  try {
    const argv = ['-j', 'route', 'get', address];
    const { stdout } = await promisify(execFile)('ip', argv, { timeout: 2_000, maxBuffer: 65_536 });
    const [route]: { dev?: string; metrics?: { mtu?: number }[] }[] = JSON.parse(stdout);
    const learned = route?.metrics?.find(({ mtu }) => mtu !== undefined)?.mtu;
    return learned ?? (route?.dev === undefined ? null : interfaceMtu(route.dev));
  } catch {
    return null;
  }
}

function interfaceMtu(device: string): number | null {
  const mtu = Number.parseInt(readFileSync(`/sys/class/net/${device}/mtu`, 'utf8'), 10);
  return Number.isInteger(mtu) ? mtu : null;
}
