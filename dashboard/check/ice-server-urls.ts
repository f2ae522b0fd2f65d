/** The configured `RTCIceServer[]`, one entry per URL. Pure. */
import type { Transport } from '../../contract/basics.ts';
import type { IceServer } from '../../contract/servers.ts';

export interface ServerUrl {
  readonly url: string;
  readonly kind: 'stun' | 'turn';
  readonly transport: Transport;
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
