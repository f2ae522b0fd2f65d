/** What the answers so far allow to be asked next. Pure readings of the book. */

import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { getAttribute } from '../../stun/message.ts';
import type { ProbeBook } from './probe-book.ts';

/** The alternate endpoint that `server` announced, if packets may be sent there. */
export function alternateOf(book: ProbeBook, server: Endpoint): Endpoint | null {
  for (const { spec, response } of book.probes) {
    if (response === null || spec.change !== 'none' || !sameEndpoint(spec.to, server)) continue;
    // RFC 3489 called it CHANGED-ADDRESS.
    const other = getAttribute(response, 'OTHER-ADDRESS') ?? getAttribute(response, 'CHANGED-ADDRESS');
    if (other !== undefined && mayName(server, other)) return other;
  }
  return null;
}

export function isSettled(book: ProbeBook, server: Endpoint): boolean {
  return book.probes.some((p) => p.spec.change === 'none' && sameEndpoint(p.spec.to, server) && !p.open);
}

/** A server that can test address dependence, i.e. has an alternate with another IP. */
export function fullServer(book: ProbeBook, servers: readonly Endpoint[]): Endpoint | null {
  const isFull = (server: Endpoint) => {
    const other = alternateOf(book, server);
    return other !== null && other.address !== server.address;
  };
  return servers.find(isFull) ?? null;
}

/**
 * Filter tests that stay silent prove something only if the server really answers CHANGE-REQUEST. `socket` has
 * meanwhile spoken to all corners, so with endpoint-independent mapping its filter is open for all of them:
 * there the answer must arrive. Asked last on that socket, since a changed-source answer may disturb a mapping.
 */
export function serverProofIsDue(book: ProbeBook, socket: string): boolean {
  if (book.hasOpen({ socket })) return false;
  if (book.probes.some((p) => p.spec.change === 'change-both' && p.outcome === 'answered')) return false;
  const mapped = book.probes.flatMap(({ spec, response }) => {
    const seen = spec.socket === socket && response && getAttribute(response, 'XOR-MAPPED-ADDRESS');
    return seen ? [formatEndpoint(seen)] : [];
  });
  return mapped.length > 1 && new Set(mapped).size === 1;
}
