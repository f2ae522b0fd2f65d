/**
 * Which sockets ask what of whom. Separate sockets per family of tests: a packet to the alternate address opens the
 * filter for it, and a changed-source answer may disturb the mapping (Linux conntrack then picks another port), so no
 * order of tests on one socket is right.
 */
import type { Endpoint } from '../../stun/endpoint.ts';
import type { Change, ProbeSpec } from './nat-probe.ts';
import { defaultPacing, type Pacing } from './pacing.ts';

export interface NatPlan {
  /** UDP endpoints of STUN servers; the first is tested as RFC 5780 server, the others help with the mapping. */
  readonly servers: readonly Endpoint[];
  /** Three, so that an IP pool or a hash that agrees by chance is outvoted. */
  readonly mappingSockets: number;
  /** Two, so that one local port that a NAT still remembers from an earlier run cannot decide. */
  readonly filterSockets: number;
  readonly pacing: Pacing;
}

/** More servers than this add packets, not knowledge. */
export const maxServersForMapping = 4;

export function planNat(servers: readonly Endpoint[], pacing: Pacing = defaultPacing): NatPlan {
  return { servers: servers.slice(0, maxServersForMapping), mappingSockets: 3, filterSockets: 2, pacing };
}

export function mappingSocketIds(plan: NatPlan): string[] {
  return Array.from({ length: plan.mappingSockets }, (_, index) => `map-${index + 1}`);
}

/** Sockets beyond these add packets, not knowledge. */
const mostMappingSockets = 10;
/** Accepted probability that a pool hides a dependence. */
const hiddenByPool = 1e-3;

/**
 * The further mapping sockets that a pool of that many addresses takes: two mappings share their address with
 * probability 1 / size, so all sockets together agree by chance with its power.
 */
export function poolSocketIds(plan: NatPlan, size: number): string[] {
  const needed = Math.ceil(Math.log(hiddenByPool) / Math.log(1 / size));
  const mappingSockets = Math.max(plan.mappingSockets, Math.min(mostMappingSockets, needed));
  return mappingSocketIds({ ...plan, mappingSockets }).slice(plan.mappingSockets);
}

/**
 * Sockets that show their port and nothing else. With the five of the plan they are twelve, which keep their parity by
 * chance in one of 4,096 runs.
 */
const paritySockets = 7;

export function paritySocketIds(): string[] {
  return Array.from({ length: paritySockets }, (_, index) => `port-${index + 1}`);
}

const changes: readonly Change[] = ['change-both', 'change-port', 'change-ip'];

/** A filter socket speaks to one endpoint only, ever. */
export function filterSpecs(socket: string, server: Endpoint): ProbeSpec[] {
  const control: ProbeSpec = {
    purpose: `${socket}/control`,
    role: 'control',
    socket,
    to: server,
    change: 'none',
  };
  const tests = changes.map((change): ProbeSpec => {
    return { purpose: `${socket}/${change}`, role: 'filter', socket, to: server, change };
  });
  return [control, ...tests];
}

/** What the sockets of `paritySocketIds` ask. */
export function portSpecs(sockets: readonly string[], server: Endpoint): ProbeSpec[] {
  return sockets.map((socket) => {
    return { purpose: `${socket}/PP`, role: 'port', socket, to: server, change: 'none' };
  });
}

/** The first questions of the mapping sockets: their server, and the other servers once. */
export function firstMappingSpecs(
  plan: NatPlan,
  sockets: readonly string[] = mappingSocketIds(plan),
): ProbeSpec[] {
  return sockets.flatMap((socket) =>
    plan.servers.map((to, index): ProbeSpec => {
      const point = index === 0 ? 'PP' : `S${index + 1}`;
      return { purpose: `${socket}/${point}`, role: 'mapping', socket, to, change: 'none' };
    }),
  );
}

/** The three other corners once OTHER-ADDRESS is known: first letter IP, second port; P primary, A alternate. */
export function alternateSpecs(sockets: readonly string[], primary: Endpoint, other: Endpoint): ProbeSpec[] {
  const corners: readonly (readonly [string, Endpoint])[] = [
    ['PA', { address: primary.address, port: other.port }],
    ['AP', { address: other.address, port: primary.port }],
    ['AA', other],
  ];
  // An alternate that differs in the port only has two corners; one that differs in nothing has none.
  const distinct = corners.filter(
    ([, to], index) =>
      !(to.address === primary.address && to.port === primary.port) &&
      corners.findIndex(([, c]) => c.address === to.address && c.port === to.port) === index,
  );
  return sockets.flatMap((socket) =>
    distinct.map(([point, to]): ProbeSpec => {
      return { purpose: `${socket}/${point}`, role: 'mapping', socket, to, change: 'none' };
    }),
  );
}
