/** Is one of the NATs a carrier's (RFC 6888)? Between it and its customers lies 100.64.0.0/10 (RFC 6598). */
import type { Evidence } from '../../contract/evidence.ts';
import { isPlain } from './facts.ts';
import type { Finding } from './finding.ts';
import { carrierHopOf, publicHopOf, realmOf } from './gateway-facts.ts';

/** Null where nothing was asked that could tell. */
export function classifyCarrier(
  stun: readonly Evidence[],
  gateway: readonly Evidence[],
  levels: Finding<number | null>,
): Finding<boolean | null> | null {
  const find = (value: boolean | null, confidence: number, reason: string, evidence: readonly string[]) => {
    return { value, confidence, reason, evidence };
  };
  const inside = stun.find((e) => isPlain(e) && e.local !== null && realmOf(e.local.address) === 'carrier');
  if (levels.value === 0 || (gateway.length === 0 && inside === undefined)) return null;
  if (inside !== undefined) {
    // Some VPNs use the same addresses for their own NAT.
    const reason = `the local address ${inside.local?.address} is in 100.64.0.0/10 (RFC 6598)`;
    return find(true, 0.85, reason, [inside.id]);
  }
  const told = gateway.find((e) => realmOf(e.gateway?.externalAddress ?? '') === 'carrier');
  if (told !== undefined) {
    const reason = `the router’s outer address ${told.gateway?.externalAddress} is in 100.64.0.0/10 (RFC 6598)`;
    return find(true, 0.98, reason, [told.id]);
  }
  const hop = carrierHopOf(gateway);
  if (hop !== null) {
    const reason = `hop ${hop.ttl} on the way out is ${hop.address}, in 100.64.0.0/10 (RFC 6598)`;
    return find(true, 0.9, reason, publicHopOf(gateway).ids);
  }
  if (levels.value === 1) {
    return find(false, levels.confidence, 'the only NAT is the nearest router', levels.evidence);
  }
  return find(null, 0, 'neither the router nor the routes tell', levels.evidence);
}
