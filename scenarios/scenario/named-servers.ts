/**
 * The STUN and TURN servers that an application names (W3C RTCIceServer), and which of them serve which path. The lab's
 * server plays every host in them; scheme, port and transport stay what they are, because networks look at those.
 */
import type { Transport } from '../../contract/basics.ts';
import type { IceServer } from '../../contract/ice-server.ts';
import type { LabPath } from '../../contract/scenario.ts';
import type { StunScheme } from '../../stun/uri.ts';
import { parseStunUri } from '../../stun/uri.ts';
import { ScenarioProblem } from './scenario-problem.ts';

export interface NamedServer {
  readonly scheme: StunScheme;
  readonly port: number;
  readonly transport: Transport;
}

/** Where the lab's server listens, and what clients are told where nobody names anything else. */
export const usualServers: readonly NamedServer[] = [
  { scheme: 'stun', port: 3478, transport: 'udp' },
  { scheme: 'turn', port: 3478, transport: 'udp' },
  { scheme: 'turn', port: 3478, transport: 'tcp' },
  // Where firewalls let TLS through. RFC 8656 §3.1 has 5349 as default.
  { scheme: 'turns', port: 443, transport: 'tls' },
];

/**
 * @param path of the list within its file
 * @throws ScenarioProblem for a URL that no client could use
 */
export function namedServers(iceServers: readonly IceServer[], path: readonly PropertyKey[]): NamedServer[] {
  return iceServers.flatMap(({ urls }, index) => {
    const isList = Array.isArray(urls);
    return [urls].flat().map((url, position): NamedServer => {
      const parsed = parseStunUri(url);
      if (!parsed.ok) {
        const where = [...path, index, 'urls', ...(isList ? [position] : [])];
        throw new ScenarioProblem(where, `the URL ${parsed.problem}`);
      }
      const { scheme, port, transport } = parsed.uri;
      return { scheme, port, transport };
    });
  });
}

const relayTransports: Readonly<Partial<Record<LabPath, Transport>>> = {
  'relay-udp': 'udp',
  'relay-tcp': 'tcp',
  'relay-tls': 'tls',
};

/** Those that a client is told of for this path, in their order; none where the application names none of the kind. */
export function serversFor(path: LabPath, named: readonly NamedServer[]): NamedServer[] {
  const transport = relayTransports[path];
  const isRelay = ({ scheme }: NamedServer) => scheme.startsWith('turn');
  if (transport !== undefined) {
    return named.filter((server) => isRelay(server) && server.transport === transport);
  }
  // ICE-TCP asks over TCP, and applications name no STUN server for that.
  if (path === 'direct-tcp') return usualServers.slice(0, 1);
  // A TURN server over UDP tells the reflexive address as well (RFC 8445 §5.1.1.2), and clients ask it for that.
  const ports = new Set(named.filter((server) => server.transport === 'udp').map(({ port }) => port));
  return [...ports].map((port) => ({ scheme: 'stun', port, transport: 'udp' }));
}

export function urlOf({ scheme, port, transport }: NamedServer, address: string): string {
  const query = scheme.startsWith('turn') ? `?transport=${transport === 'udp' ? 'udp' : 'tcp'}` : '';
  return `${scheme}:${address.includes(':') ? `[${address}]` : address}:${port}${query}`;
}
