import ipaddr from 'ipaddr.js';
import type { NatSummary } from '../../contract/nat-report.ts';

/** What the probe looked at: a path inside this machine, inside this site, or across the internet. */
export type PathScope = 'machine' | 'site' | 'internet';

/** Without translation, the local address is what the servers saw; with a NAT in between, the path left the site. */
export function pathScope(nat: NatSummary, localAddress: string | null): PathScope {
  if (nat.behindNat !== false || localAddress === null || !ipaddr.isValid(localAddress)) return 'internet';
  const range = ipaddr.parse(localAddress).range();
  if (range === 'loopback') return 'machine';
  return range === 'private' || range === 'uniqueLocal' || range === 'linkLocal' ? 'site' : 'internet';
}
