import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

interface Route {
  readonly dev?: string;
  readonly metrics?: readonly { readonly mtu?: number }[];
}

/**
 * The largest packet towards `address` that the kernel sends whole: the interface's MTU, or less where it has learned
 * so from ICMP. Linux with iproute2; null elsewhere.
 */
export async function routeMtu(address: string): Promise<number | null> {
  try {
    const [route] = await ip<Route>(['route', 'get', address]);
    const learned = route?.metrics?.find(({ mtu }) => mtu !== undefined)?.mtu;
    if (learned !== undefined || route?.dev === undefined) return learned ?? null;
    const [link] = await ip<{ readonly mtu?: number }>(['link', 'show', 'dev', route.dev]);
    return link?.mtu ?? null;
  } catch {
    return null;
  }
}

async function ip<Row>(argv: readonly string[]): Promise<readonly Row[]> {
  const { stdout } = await promisify(execFile)('ip', ['-j', ...argv], { timeout: 2_000, maxBuffer: 65_536 });
  return JSON.parse(stdout);
}
