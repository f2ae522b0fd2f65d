import type { RandomBytes, SocketId } from '../../stun/machine.ts';
import type { CornerEndpoints } from './corners.ts';
import type { Quota, Redirect } from './desk.ts';
import type { PeerRules } from './peer-policy.ts';
import type { PortRange } from './port-pool.ts';
import type { RateLimits } from './rate-table.ts';
import type { RelayAddressPlan } from './relay-slot.ts';
import type { Seam } from './seam.ts';
import type { Accounts } from './user-directory.ts';

/** Endpoints that belong together: UDP on all of them, streams on the first. */
export interface Listener {
  /** Letters and digits; part of the socket ids. */
  readonly name: string;
  readonly endpoints: CornerEndpoints;
}

/** What may change while the server runs. */
export interface TurnSettings {
  readonly accounts: Accounts;
  readonly peers: PeerRules;
  readonly quota: Quota;
  readonly redirect: Redirect;
  /** A time-limited name that has run out is refused even where its allocation still lives. */
  readonly strictExpiry: boolean;
  /** Clients may move their allocations to new addresses (RFC 8016). Default false. */
  readonly mobility?: boolean;
  /** Clients may relay TCP connections (RFC 6062). Default false: what is not served cannot be abused. */
  readonly tcpRelay?: boolean;
  /** Users and client addresses whose every message is told of. Default none. */
  readonly trace?: readonly string[];
}

export interface TurnServerOptions {
  readonly listeners: readonly Listener[];
  readonly relays: readonly RelayAddressPlan[];
  readonly ports: PortRange;
  /** Of other processes on the same relay addresses: who has a port there is a client of theirs. Default none. */
  readonly siblingPorts?: readonly PortRange[];
  readonly settings: TurnSettings;
  /** Addresses of this host, which are nobody’s peers; those of listeners and relays are added. */
  readonly ownAddresses: readonly string[];
  readonly random: RandomBytes;
  /** Milliseconds since 1970 at the machine time `nowMs`: time-limited names carry wall-clock time. */
  readonly epochMs: (nowMs: number) => number;
  /** Shared by servers behind one address; without it each start has its own. */
  readonly nonceSecret?: Uint8Array;
  /** Default {@link defaultNonceLifetimeSec}. */
  readonly nonceLifetimeSec?: number;
  /** SOFTWARE text for clients who have logged in; null: none is sent. */
  readonly software: string | null;
  /** Accept the channel numbers 0x5000–0x7fff of RFC 5766, which RFC 8656 took away. Default false. */
  readonly oldChannels?: boolean;
  readonly limits?: Partial<RateLimits>;
  readonly seam?: Seam;
}

/** RFC 8656 s5 recommends at most an hour; what our own linter recommends for coturn. */
export const defaultNonceLifetimeSec = 600;

/** Ids of UDP sockets. */
export function udpSocket(listener: string, corner: string): string {
  return `udp:${listener}:${corner}`;
}

/** What the ids of accepted streams begin with; a number follows. */
export function streamPrefix(transport: 'tcp' | 'tls', listener: string): string {
  return `${transport}:${listener}:`;
}

/**
 * Beyond twice what it sent, an unproven source gets at most this many bytes at once and per second. A login costs
 * it some 40 bytes of that, once; afterwards the client has shown that it receives.
 */
export const reflectionLimits: RateLimits = { perSecond: 1024, burst: 16_384, sources: 16_384 };

/** Null: not the id of an accepted stream. */
export function streamTransport(socket: SocketId): 'tcp' | 'tls' | null {
  if (socket.startsWith('tcp:')) return 'tcp';
  return socket.startsWith('tls:') ? 'tls' : null;
}

/** How much there is of what. */
export interface Census {
  readonly allocations: number;
  readonly users: number;
  readonly reservations: number;
  readonly streams: number;
}
