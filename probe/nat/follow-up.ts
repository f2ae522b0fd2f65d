/** What the answers so far allow to be asked next. Pure readings of the book. */
import { mayName } from '../../stun/address-scope.ts';
import { type Endpoint, sameEndpoint } from '../../stun/endpoint.ts';
import { getAttribute } from '../../stun/message.ts';
import type { NatPlan } from './plan.ts';
import { keepsParity } from './port-samples.ts';
import type { ProbeBook } from './probe-book.ts';

/** The alternate endpoint that `server` announced, if packets may be sent there. */
export function alternateOf(book: ProbeBook, server: Endpoint): Endpoint | null {
  for (const { spec, response } of book.probes) {
    if (response === null || spec.change !== 'none' || !sameEndpoint(spec.to, server)) continue;
    // RFC 3489 called it CHANGED-ADDRESS.
    const other = getAttribute(response, 'OTHER-ADDRESS') ?? getAttribute(response, 'CHANGED-ADDRESS');
    if (other === undefined || !mayName(server, other)) continue;
    // Nor may it aim the probe at this host: packets to one’s own public address look like an attack (LAND).
    if (!isOwn(book, other.address)) return other;
  }
  return null;
}

function isOwn(book: ProbeBook, address: string): boolean {
  if ([...book.locals.values()].some((local) => local.address === address)) return true;
  return book.probes.some(
    ({ response }) => response !== null && getAttribute(response, 'XOR-MAPPED-ADDRESS')?.address === address,
  );
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
 * Sockets with different public addresses: the NAT takes one of a pool for every mapping (RFC 4787 §4.1, "arbitrary"),
 * so that two mappings of one socket may look alike by chance. Null: no sign of that.
 */
export function poolSeen(book: ProbeBook): number | null {
  const addresses = new Set<string>();
  for (const { spec, response } of book.probes) {
    if (spec.change !== 'none' || response === null) continue;
    const seen = getAttribute(response, 'XOR-MAPPED-ADDRESS');
    if (seen !== undefined) addresses.add(seen.address);
  }
  return addresses.size > 1 ? addresses.size : null;
}

/**
 * Sockets that saw the parity of their port kept, and not the port: behaviour of the NAT, or chance. Null: not all
 * sockets of the plan have been answered yet.
 */
export function parityInQuestion(book: ProbeBook, primary: Endpoint, plan: NatPlan): boolean | null {
  const shown = book.probes.flatMap(({ spec, response }) => {
    if (response === null || spec.change !== 'none' || !sameEndpoint(spec.to, primary)) return [];
    const local = book.locals.get(spec.socket);
    const external = getAttribute(response, 'XOR-MAPPED-ADDRESS');
    return local === undefined || external === undefined ? [] : [{ local, external }];
  });
  if (shown.length < plan.mappingSockets + plan.filterSockets) return null;
  return keepsParity(shown) && shown.every(({ local, external }) => local.port !== external.port);
}
