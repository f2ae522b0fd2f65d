/** Which proxy is named, and what it is asked for. */
import type { ProbeTarget } from '../target.ts';

export interface NamedProxy {
  readonly variable: string;
  /** `http:` or `https:`; others cannot be tried. */
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Value of Proxy-Authorization (RFC 7617); never to be written down. */
  readonly authorization: string | null;
  /** For the report: without credentials. */
  readonly shown: string;
}

/** The order in which programs look them up; the names are spelt in both cases. */
const variables = ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'];
const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443, socks: 1080, socks5: 1080 };

export function namedProxies(environment: Readonly<Record<string, string | undefined>>): NamedProxy[] {
  const found = variables.flatMap((variable): NamedProxy[] => {
    const text = environment[variable] ?? environment[variable.toLowerCase()];
    const proxy = text === undefined ? null : parseProxy(text);
    return proxy === null ? [] : [{ ...proxy, variable }];
  });
  return found.filter(({ shown }, index) => found.findIndex((other) => other.shown === shown) === index);
}

/** `http://user:password@host:port`, with or without scheme, credentials and port. */
function parseProxy(text: string): Omit<NamedProxy, 'variable'> | null {
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(url)) return null;
  const { protocol, hostname, port, username, password } = new URL(url);
  const scheme = protocol.replace(/:$/, '');
  if (hostname === '') return null;
  const number = port === '' ? (defaultPorts[scheme] ?? 80) : Number(port);
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    scheme,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: number,
    authorization: username === '' ? null : `Basic ${btoa(credentials)}`,
    shown: `${scheme}://${hostname}:${number}`,
  };
}

export interface ProxyGoal {
  /** `host:port` as CONNECT has it. */
  readonly authority: string;
  /** Plain STUN over TCP is spoken there; otherwise TLS, of which only the way is tried. */
  readonly speaksStun: boolean;
}

/** A proxy is no place for many questions. */
const maxGoals = 4;

/** The servers over TCP and TLS; without any, port 443 of the first, where TURN over TLS would be (RFC 5766 §6). */
export function proxyGoals(targets: readonly ProbeTarget[]): ProxyGoal[] {
  const goals = targets.flatMap(({ uri }): ProxyGoal[] => {
    if (uri.transport === 'udp') return [];
    return [{ authority: authorityOf(uri.host, uri.port), speaksStun: uri.transport === 'tcp' }];
  });
  const [first] = targets;
  if (goals.length > 0 || first === undefined) return goals.slice(0, maxGoals);
  return [{ authority: authorityOf(first.uri.host, 443), speaksStun: false }];
}

function authorityOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** RFC 9110 §9.3.6. */
export function connectRequest({ authority }: ProxyGoal, { authorization }: NamedProxy): Uint8Array {
  const lines = [
    `CONNECT ${authority} HTTP/1.1`,
    `Host: ${authority}`,
    ...(authorization === null ? [] : [`Proxy-Authorization: ${authorization}`]),
  ];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}

export function getRequest(url: URL): Uint8Array {
  const lines = [`GET ${url.pathname}${url.search} HTTP/1.1`, `Host: ${url.host}`, 'Connection: close'];
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}
