/** The only URLs that are ever fetched: plain HTTP on the router itself, by its literal address. */
import type { Endpoint } from '../../stun/endpoint.ts';

export interface RouterUrl {
  readonly endpoint: Endpoint;
  /** Path and query. */
  readonly path: string;
}

const maxUrlLength = 1000;

/**
 * What a device on the local link says must not make this host ask anybody else: names are never resolved, other
 * addresses and schemes are refused.
 * @param text absolute, or relative to `base`
 */
export function routerUrl(text: string, router: string, base?: RouterUrl): RouterUrl | null {
  if (text.length > maxUrlLength) return null;
  let url: URL;
  try {
    url = base === undefined ? new URL(text) : new URL(text, formatRouterUrl(base));
  } catch {
    return null;
  }
  if (url.protocol !== 'http:' || url.hostname !== router) return null;
  if (url.username !== '' || url.password !== '') return null;
  const port = url.port === '' ? 80 : Number(url.port);
  return port === 0 ? null : { endpoint: { address: router, port }, path: `${url.pathname}${url.search}` };
}

function formatRouterUrl({ endpoint, path }: RouterUrl): string {
  return `http://${endpoint.address}:${endpoint.port}${path}`;
}
