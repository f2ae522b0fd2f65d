/** The configured `RTCIceServer[]`, one entry per URL. Pure. */
import type { Transport } from '../../contract/basics.ts';
import type { IceServer } from '../../contract/servers.ts';

/** Where a server is; no secrets. */
export interface ServerPlace {
  readonly url: string;
  readonly kind: 'stun' | 'turn';
  readonly transport: Transport;
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
}

export interface ServerUrl extends ServerPlace {
  readonly username?: string;
  readonly credential?: string;
}

export function serverUrls(servers: readonly IceServer[]): ServerUrl[] {
  const seen = new Set<string>();
  const list: ServerUrl[] = [];
  for (const server of servers) {
    for (const url of typeof server.urls === 'string' ? [server.urls] : server.urls) {
      if (seen.has(url)) continue;
      seen.add(url);
      list.push({
        url,
        kind: /^turns?:/i.test(url) ? 'turn' : 'stun',
        transport: transportOf(url),
        ...placeOf(url),
        ...(server.username === undefined ? {} : { username: server.username }),
        ...(server.credential === undefined ? {} : { credential: server.credential }),
      });
    }
  }
  return list;
}

/** RFC 7065 §3.1: `turns` is TLS over TCP, `?transport=` names the leg to the server, UDP is the default. */
function transportOf(url: string): Transport {
  if (/^(stuns|turns):/i.test(url)) return 'tls';
  return /[?&]transport=tcp\b/i.test(url) ? 'tcp' : 'udp';
}

/** RFC 7064 §3.2, RFC 7065 §3.2: 3478, and 5349 where TLS comes first. */
function placeOf(url: string): { host: string; port: number } {
  const [, secure, bracketed, plain, port] =
    /^(?:stun|turn)(s?):(?:\[([^\]]*)\]|([^:?[\]]*))(?::(\d{1,5}))?/i.exec(url) ?? [];
  return { host: bracketed ?? plain ?? '', port: port === undefined ? (secure ? 5349 : 3478) : Number(port) };
}
