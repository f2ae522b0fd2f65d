/** Reads what the host says of its network, and asks the proxy and the portal page that it was told of. */
import { randomBytes } from 'node:crypto';
import type { Evidence } from '../../contract/evidence.ts';
import type { NetworkFacts } from '../../contract/network-facts.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { type HttpAsk, HttpTest } from '../path/http-test.ts';
import { connectRequest, getRequest, type NamedProxy, namedProxies, proxyGoals } from '../path/proxy-plan.ts';
import type { ProbeTarget } from '../target.ts';
import { resolveHost } from './resolve.ts';
import { runTest, type TestRunOptions } from './run-test.ts';

export interface NetworkRunOptions extends TestRunOptions {
  readonly targets: readonly ProbeTarget[];
  readonly portalUrl: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface NetworkRun {
  readonly evidence: Evidence[];
  readonly facts: Pick<NetworkFacts, 'source' | 'proxies'>;
}

export async function runNetwork(options: NetworkRunOptions): Promise<NetworkRun> {
  const { targets, portalUrl, environment, bindAddress, signal } = options;
  const proxies = namedProxies(environment);
  const asks = await Promise.all([
    ...proxies.map((proxy) => proxyAsks(proxy, targets, signal)),
    portalUrl === undefined ? [] : portalAsks(portalUrl, signal),
  ]);
  const all = asks.flat();
  // The proxy may be elsewhere than the servers: the system chooses the way.
  const own = { ...options, bindAddress: undefined };
  return {
    evidence: all.length === 0 ? [] : await runTest(new HttpTest(all, randomBytes), own),
    facts: {
      source: bindAddress ?? null,
      proxies: proxies.map(({ variable, shown }) => ({ variable, proxy: shown })),
    },
  };
}

async function proxyAsks(
  proxy: NamedProxy,
  targets: readonly ProbeTarget[],
  signal: AbortSignal | undefined,
): Promise<HttpAsk[]> {
  const secure = proxy.scheme === 'https';
  if (!secure && proxy.scheme !== 'http') return [];
  const to = await endpointOf(proxy.host, proxy.port, signal);
  if (to === null) return [];
  return proxyGoals(targets).map((goal): HttpAsk => {
    return {
      purpose: `proxy/${goal.authority}`.slice(0, 100),
      to,
      request: connectRequest(goal, proxy),
      thenBinding: goal.speaksStun,
      ...(secure && { tlsName: proxy.host }),
    };
  });
}

async function portalAsks(text: string, signal: AbortSignal | undefined): Promise<HttpAsk[]> {
  const url = new URL(text);
  const port = url.port === '' ? 80 : Number(url.port);
  const to = await endpointOf(url.hostname.replace(/^\[|\]$/g, ''), port, signal);
  if (to === null) return [];
  return [{ purpose: 'portal/get', to, request: getRequest(url), thenBinding: false }];
}

async function endpointOf(
  host: string,
  port: number,
  signal: AbortSignal | undefined,
): Promise<Endpoint | null> {
  const found = await resolveHost(host, signal);
  const [address] = found.ok ? found.addresses : [];
  return address === undefined ? null : { address, port };
}
