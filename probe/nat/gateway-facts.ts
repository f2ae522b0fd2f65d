/** What the nearest router and the traces say, as the verdicts read it. */
import ipaddr from 'ipaddr.js';
import type { Evidence, GatewayProtocol } from '../../contract/evidence.ts';
import { natPmpVersion } from '../gateway/nat-pmp.ts';
import { pcpVersion } from '../gateway/pcp.ts';
import { reachOf } from '../gateway/trace.ts';

export function isGatewayEvidence(evidence: Evidence): boolean {
  return evidence.purpose.startsWith('gateway/');
}

const ofPurpose = (evidence: readonly Evidence[], name: string) =>
  evidence.find((e) => e.purpose === `gateway/${name}`);

/** Why no router was asked; null: one was, or it was not asked for. */
export function obstacleOf(evidence: readonly Evidence[]): string | null {
  return ofPurpose(evidence, 'route')?.notes[0] ?? null;
}

/**
 * `carrier`: 100.64.0.0/10, the space between a customer's router and a carrier's NAT (RFC 6598). `private`: RFC 1918.
 */
export type Realm = 'private' | 'carrier' | 'public' | 'other';

export function realmOf(address: string): Realm {
  if (!ipaddr.isValid(address)) return 'other';
  const range = ipaddr.parse(address).range();
  if (range === 'carrierGradeNat') return 'carrier';
  return range === 'private' ? 'private' : range === 'unicast' ? 'public' : 'other';
}

/** How the protocols are written in sentences. */
export const protocolNames: Readonly<Record<GatewayProtocol, string>> = {
  pcp: 'PCP',
  'nat-pmp': 'NAT-PMP',
  'upnp-igd': 'UPnP',
};

/** Versions that are these protocols and not each other (RFC 6887 §9); 1 is "unsupported version" in both. */
const ownVersion = { pcp: pcpVersion, 'nat-pmp': natPmpVersion } as const;
const unsupportedVersion = 1;

/** Did the router answer in this protocol, even if to say no? */
export function speaks({ gateway, purpose }: Evidence): boolean {
  if (gateway === undefined || gateway.resultCode === null) return false;
  if (gateway.protocol === 'upnp-igd') return purpose === 'gateway/upnp-address';
  return gateway.version === ownVersion[gateway.protocol] && gateway.resultCode !== unsupportedVersion;
}

/** Where on the way out of this site the public address belongs. */
export interface PublicHop {
  /** 1 is the nearest router; null: not found out. */
  readonly hop: number | null;
  /** So many routers pass packets to the public address on, and hence do not have it themselves. */
  readonly beyond: number;
  /** Evidence of both traces. */
  readonly ids: readonly string[];
  /** Why there is no trace; null: there is one, or it was not asked for. */
  readonly problem: string | null;
}

/**
 * A router answers "time exceeded" for a packet that it would pass on with no time to live left, and not for one that
 * is its own (RFC 1812 §4.2.2.9, §5.3.1): that is delivered, and answered or dropped. So the public address belongs to the first
 * router that does not answer on the way to it, and does on the way to the server.
 */
export function publicHopOf(gateway: readonly Evidence[]): PublicHop {
  const toPublic = ofPurpose(gateway, 'trace-public');
  const ids = [toPublic?.id, ofPurpose(gateway, 'trace-server')?.id].filter((id) => id !== undefined);
  const problem = toPublic?.outcome === 'failed' ? (toPublic.notes[0] ?? null) : null;
  if (toPublic === undefined) return { hop: null, beyond: 0, ids, problem };
  const hops = toPublic.hops ?? [];
  const { reachedTtl, beyond } = reachOf({ hops, target: toPublic.to.address });
  if (reachedTtl !== null) return { hop: reachedTtl, beyond, ids, problem };
  // One router twice: a loop, as for an address of a pool that no router has.
  const routers = hops.flatMap(({ address }) => address ?? []);
  if (new Set(routers).size < routers.length) return { hop: null, beyond: 0, ids, problem };
  const speaksUp = routersToServer(gateway).some(({ ttl }) => ttl === beyond + 1);
  return { hop: speaksUp ? beyond + 1 : null, beyond, ids, problem };
}

/** A router beyond the first and before the public address that speaks from a carrier's network; null: none seen. */
export function carrierHopOf(gateway: readonly Evidence[]): { ttl: number; address: string } | null {
  const { hop, beyond } = publicHopOf(gateway);
  if (beyond === 0) return null;
  const between = routersToServer(gateway).filter(({ ttl }) => ttl > 1 && ttl <= (hop ?? ttl));
  return between.find(({ address }) => realmOf(address) === 'carrier') ?? null;
}

/** The routers that answered on the way to the server, without the server itself. */
function routersToServer(gateway: readonly Evidence[]): { ttl: number; address: string }[] {
  const trace = ofPurpose(gateway, 'trace-server');
  return (trace?.hops ?? []).flatMap(({ ttl, address }) =>
    address === null || address === trace?.to.address ? [] : [{ ttl, address }],
  );
}
