import { type Endpoint, formatEndpoint } from '../../stun/endpoint.ts';
import type { SocketId, Transport } from '../../stun/machine.ts';

/** Who talks to which of our sockets, over what: the identity of an allocation (RFC 8656 s3.2, s5). */
export interface FiveTuple {
  /** One text per five-tuple of this server. */
  readonly key: string;
  /** Our UDP socket, or the accepted stream. */
  readonly socket: SocketId;
  readonly transport: Transport;
  readonly client: Endpoint;
  /** The endpoint that the client addressed; its address may be the wildcard. */
  readonly server: Endpoint;
}

export function datagramTuple(socket: SocketId, server: Endpoint, client: Endpoint): FiveTuple {
  return { key: datagramKey(socket, client), socket, transport: 'udp', client, server };
}

/** Cheaper than the whole tuple, for packets that only look their allocation up. */
export function datagramKey(socket: SocketId, client: Endpoint): string {
  return `${socket} ${client.address} ${client.port}`;
}

/** What a nonce is bound to: the client's address as we see it, the same on all servers that share a secret. */
export function clientText({ transport, client }: FiveTuple): string {
  return `${transport} ${formatEndpoint(client)}`;
}
