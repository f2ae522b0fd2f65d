import { readFile } from 'node:fs/promises';
import { networkInterfaces, platform } from 'node:os';
import ipaddr from 'ipaddr.js';
import { type DefaultRoute, parseProcRoutes, parseRouteGet } from '../gateway/route-table.ts';
import { runProgram } from './run-program.ts';

export type NearestRouter =
  | { readonly ok: true; readonly address: string }
  /** A clause that says why nobody is asked. */
  | { readonly ok: false; readonly reason: string };

/**
 * The router that packets of this host leave through. With a public address there is none to ask: the next router is
 * the provider's (RFC 6886 §3.2 asks hosts to keep quiet then).
 * @param source IPv4 address that the probe sends from
 */
export async function nearestRouter(source: string, signal: AbortSignal | undefined): Promise<NearestRouter> {
  if (!ipaddr.IPv4.isValidFourPartDecimal(source)) {
    return { ok: false, reason: 'only IPv4 routers are asked, and the probe sends over IPv6' };
  }
  const range = ipaddr.IPv4.parse(source).range();
  if (range !== 'private' && range !== 'carrierGradeNat') {
    const what = range === 'loopback' ? 'of this machine alone' : 'no private one';
    return { ok: false, reason: `no router was asked, since the local address ${source} is ${what}` };
  }
  const routes = await defaultRoutes(signal);
  if (routes === null) {
    return { ok: false, reason: `where the nearest router is cannot be read on ${platform()}` };
  }
  const device = deviceOf(source);
  const route = routes.find((candidate) => candidate.device === device);
  if (route === undefined) return { ok: false, reason: `no default route leads from ${source} to a router` };
  if (route.gateway === null) {
    return { ok: false, reason: `the default route leads into ${route.device}, a link without a router` };
  }
  return { ok: true, address: route.gateway };
}

function deviceOf(source: string): string | null {
  const found = Object.entries(networkInterfaces()).find(([, entries]) =>
    entries?.some(({ address }) => address === source),
  );
  return found?.[0] ?? null;
}

/** Null: this operating system is not known here. */
async function defaultRoutes(signal: AbortSignal | undefined): Promise<DefaultRoute[] | null> {
  if (platform() === 'linux') {
    try {
      return parseProcRoutes(await readFile('/proc/net/route', 'utf8'));
    } catch {
      return null;
    }
  }
  if (platform() !== 'darwin' && platform() !== 'freebsd') return null;
  const { stdout, problem } = await runProgram('route', ['-n', 'get', 'default'], {
    timeoutMs: 1_000,
    signal,
  });
  return problem === null ? parseRouteGet(stdout) : null;
}
