/**
 * How many NATs lie between this host and the Internet? The nearest router's own outer address is held against the
 * public one that servers see; traces tell how far away the public address is. What only suggests a NAT is not counted.
 */
import type { Evidence } from '../../contract/evidence.ts';
import { natPmpNetworkFailure, natPmpVersion } from '../gateway/nat-pmp.ts';
import { isPlain, reflexiveOf } from './facts.ts';
import type { Finding } from './finding.ts';
import {
  carrierHopOf,
  obstacleOf,
  type PublicHop,
  protocolNames,
  publicHopOf,
  type Realm,
  realmOf,
  speaks,
} from './gateway-facts.ts';

type Levels = Finding<number | null>;

const realmNames: Record<Realm, string> = {
  carrier: 'of a carrier’s NAT (100.64.0.0/10, RFC 6598)',
  private: 'private (RFC 1918)',
  public: 'public',
  other: 'no public one',
};

export function classifyLevels(
  stun: readonly Evidence[],
  gateway: readonly Evidence[],
  behindNat: Finding<boolean | null>,
): Levels {
  if (behindNat.value !== true) {
    const reason = behindNat.value === false ? 'no translation' : 'not known whether there is a NAT';
    const value = behindNat.value === false ? 0 : null;
    return { value, confidence: behindNat.confidence, reason, evidence: behindNat.evidence };
  }
  const seen = stun.filter((e) => isPlain(e) && e.outcome === 'answered');
  const seenAddresses = new Set(seen.flatMap((e) => reflexiveOf(e)?.address ?? []));
  const locals = new Set(seen.flatMap((e) => e.local?.address ?? []));
  const facts: Facts = {
    seenAddresses,
    inCarrierSpace: [...locals].some((address) => realmOf(address) === 'carrier'),
    base: behindNat.evidence.slice(0, 20),
  };
  return byRouter(gateway, facts) ?? byTraces(gateway, facts) ?? unknown(gateway, facts);
}

interface Facts {
  /** Addresses of this host as servers see it. */
  readonly seenAddresses: ReadonlySet<string>;
  /** The local address is a carrier's. */
  readonly inCarrierSpace: boolean;
  readonly base: readonly string[];
}

/** What is found here is a lower bound wherever it is more than the nearest router: there may be NATs beyond. */
function levels(
  value: number | null,
  confidence: number,
  reason: string,
  evidence: readonly string[],
): Levels {
  return { value, confidence, reason, evidence, ...(value === 2 && { atLeast: true }) };
}

/** From the outer address that the router tells, or should tell and does not. */
function byRouter(gateway: readonly Evidence[], { seenAddresses, base }: Facts): Levels | null {
  const place = publicHopOf(gateway);
  const told = gateway.filter((e) => speaks(e) && e.gateway?.externalAddress != null);
  const addresses = new Set(told.flatMap((e) => e.gateway?.externalAddress ?? []));
  const [address] = addresses;
  if (address === undefined) return byRefusal(gateway, place, base);
  const via = [...new Set(told.flatMap((e) => (e.gateway ? [protocolNames[e.gateway.protocol]] : [])))];
  const says = `the router’s own outer address is ${[...addresses].join(' or ')} (${via.join(', ')})`;
  const evidence = [...told.map((e) => e.id), ...place.ids, ...base];
  const find = (value: number | null, confidence: number, reason: string) =>
    levels(value, confidence, reason, evidence);
  // Several ways out of the house, or a router that is wrong about one of them.
  if (addresses.size > 1) return find(null, 0, says);
  if (seenAddresses.has(address)) {
    // A router behind another NAT can learn the address from a STUN server, or be told it in its settings.
    if (place.beyond > 0) return find(null, 0, `${says}, but the public address is ${whereText(place)}`);
    const confirmed = place.hop === 1 ? `, and traces find it ${whereText(place)}` : '';
    return find(1, place.hop === 1 ? 0.99 : 0.95, `${says}, the one that servers see${confirmed}`);
  }
  const realm = realmOf(address);
  const seen = [...seenAddresses].slice(0, 3).join(', ');
  if (realm !== 'public') return find(2, 0.98, `${says}, ${realmNames[realm]}; servers see ${seen}`);
  if (place.beyond > 0) return find(2, 0.9, `${says}, servers see ${seen}, which is ${whereText(place)}`);
  if (place.hop === 1)
    return find(1, 0.9, `${says}, servers see ${seen}, which is ${whereText(place)} as well`);
  return find(null, 0, `${says}, servers see ${seen}: a second NAT, or several addresses`);
}

/** A router that is on line and still has no address to tell: so does miniupnpd where its outer address is not public. */
function byRefusal(gateway: readonly Evidence[], place: PublicHop, base: readonly string[]): Levels | null {
  const refusing = gateway.filter(
    ({ gateway: said }) =>
      (said?.protocol === 'nat-pmp' &&
        said.version === natPmpVersion &&
        said.resultCode === natPmpNetworkFailure) ||
      (said?.protocol === 'upnp-igd' && said.connected === true && said.externalAddress === null),
  );
  if (refusing.length === 0 || place.hop === 1) return null;
  const far = place.beyond > 0 ? `, and the public address is ${whereText(place)}` : '';
  const reason = `the router is on line but says that it has no outer address to give out${far}`;
  const evidence = [...refusing.map((e) => e.id), ...place.ids, ...base];
  return levels(2, place.beyond > 0 ? 0.95 : 0.8, reason, evidence);
}

function byTraces(gateway: readonly Evidence[], { inCarrierSpace, base }: Facts): Levels | null {
  const place = publicHopOf(gateway);
  const evidence = [...place.ids, ...base];
  if (place.hop === 1) {
    const reason = `the public address is ${whereText(place)}, that of the nearest router`;
    return levels(1, 0.9, reason, evidence);
  }
  // A carrier routes no private addresses of its customers: between them and its NAT something translates.
  const carriers = inCarrierSpace ? null : carrierHopOf(gateway);
  if (carriers === null) return null;
  const reason = `hop ${carriers.ttl} is ${carriers.address}, ${realmNames.carrier}, and the public address is ${whereText(place)}`;
  return levels(2, place.hop === null ? 0.75 : 0.85, reason, evidence);
}

function whereText({ hop, beyond }: PublicHop): string {
  return hop === null ? `beyond hop ${beyond}` : `at hop ${hop}`;
}

function unknown(gateway: readonly Evidence[], { inCarrierSpace, base }: Facts): Levels {
  const place = publicHopOf(gateway);
  const asked = gateway.length > 0;
  const known = place.hop !== null || place.beyond > 0;
  const parts = [
    'at least one',
    ...(inCarrierSpace ? ['it is a carrier’s, since the local address is in 100.64.0.0/10 (RFC 6598)'] : []),
    asked
      ? (obstacleOf(gateway) ?? 'the router does not tell its outer address')
      : 'counting them was not asked for (--gateway)',
    ...(known ? [`the public address is ${whereText(place)}`] : []),
    ...(place.problem === null ? [] : [place.problem]),
  ];
  return { value: null, confidence: 0, reason: parts.join('; '), evidence: [...place.ids, ...base] };
}
