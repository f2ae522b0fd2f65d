/** Tests of the path that are run when asked for; the discovery says against which server. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Endpoint } from '../../stun/endpoint.ts';
import { bestServer } from '../nat/behaviours.ts';

export interface PathRequest {
  /** Mapping and filtering of TCP. */
  readonly tcp?: boolean;
  /** Path MTU and fragments. */
  readonly mtu?: boolean;
  /** The same discovery over IPv6, and NAT64. */
  readonly ipv6?: boolean;
  /** VPN, HTTP proxy and, with `portalUrl`, captive portal. */
  readonly network?: boolean;
  /** An `http:` URL that answers 204; never a public default. */
  readonly portalUrl?: string;
}

/** Null in place of a server: not asked for, or no server to ask. */
export interface PathPlan {
  readonly tcp: Endpoint | null;
  readonly mtu: Endpoint | null;
}

/** @param servers UDP endpoints of the discovery; the same ports are asked over TCP (RFC 7064 §3.2: one default for both) */
export function planPath(
  request: PathRequest,
  servers: readonly Endpoint[],
  discovered: readonly Evidence[],
): PathPlan {
  const overUdp = bestServer(servers, discovered);
  return {
    // Where UDP is blocked, TCP is all the more interesting.
    tcp: request.tcp === true ? (overUdp ?? servers[0] ?? null) : null,
    mtu: request.mtu === true ? overUdp : null,
  };
}
