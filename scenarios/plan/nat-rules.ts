import { completeNat, type NatSpec } from './nat-spec.ts';
import { sessionNatRules } from './session-nat.ts';
import { tableNatRules } from './table-nat.ts';

/**
 * The nftables text that makes a router namespace, with interfaces `wan` and `lan0`, `lan1`, …, this NAT. It is for a
 * fresh namespace: rules do not change flows that live already.
 * @param addresses external addresses, as many as `poolSize`, configured on `wan`
 * @param opensPorts lets in what a port-mapping daemon of the router has translated; for the session engine only
 * @throws RangeError when the combination cannot be made
 */
export function natRules(spec: NatSpec, addresses: readonly string[], opensPorts = false): string {
  const complete = completeNat(spec);
  const [first] = addresses;
  if (first === undefined || addresses.length !== complete.poolSize) {
    throw new RangeError(`this NAT needs ${complete.poolSize} external addresses, not ${addresses.length}`);
  }
  return complete.engine === 'session'
    ? sessionNatRules(complete, addresses, opensPorts)
    : tableNatRules(complete, first);
}

/** Kernel settings of the router namespace that belong to the rules. */
export function natSysctls(spec: NatSpec): Record<string, string> {
  const { engine, lifetimeSec } = completeNat(spec);
  if (engine === 'table') return {};
  // Otherwise conntrack remembers the old port for longer than the maps do and hands it out again.
  const timeout = String(Math.round(lifetimeSec));
  return {
    'net.netfilter.nf_conntrack_udp_timeout': timeout,
    'net.netfilter.nf_conntrack_udp_timeout_stream': timeout,
  };
}
