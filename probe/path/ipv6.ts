/** The same discovery over IPv6, beside that over IPv4: its evidence carries a prefix, its verdicts names of their own. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Verdict } from '../../contract/nat-report.ts';
import { classifyNat } from '../nat/classify.ts';

const prefix = 'ipv6/';

/** Verdicts of the discovery and what they are called for IPv6. */
const names: ReadonlyMap<string, string> = new Map([
  ['udp', 'ipv6Udp'],
  ['behindNat', 'ipv6Translated'],
  ['filtering', 'ipv6Filtering'],
]);

export function asIpv6Evidence(evidence: readonly Evidence[]): Evidence[] {
  return evidence.map((e) => ({ ...e, id: `v6${e.id}`, purpose: `${prefix}${e.purpose}`.slice(0, 100) }));
}

export function isIpv6Evidence({ purpose }: Evidence): boolean {
  return purpose.startsWith(prefix);
}

/** Empty: not asked for. */
export function ipv6Verdicts(evidence: readonly Evidence[]): Verdict[] {
  const ours = evidence.filter(isIpv6Evidence);
  if (ours.length === 0) return [];
  const plain = ours.map((e) => ({ ...e, purpose: e.purpose.slice(prefix.length) }));
  return classifyNat(plain).verdicts.flatMap((verdict) => {
    const name = names.get(verdict.name);
    return name === undefined ? [] : [{ ...verdict, name }];
  });
}

/** Asked for, but there was nobody to ask. */
export const noIpv6: Verdict = {
  name: 'ipv6Udp',
  value: 'inconclusive',
  confidence: 0,
  reason: 'no server has an IPv6 address to which this host has a route',
  evidence: [],
};
