/** All verdicts of a report, from what it holds. A stored report can be judged again by a newer release. */
import type { NatReportBody } from '../../contract/nat-report.ts';
import { classifyNat, type NatVerdicts } from '../nat/classify.ts';
import { isNat64Evidence } from '../path/classify-nat64.ts';
import { isIpv6Evidence } from '../path/ipv6.ts';
import { pathVerdicts } from '../path/path-verdicts.ts';

export function judgeReport({ evidence, network }: Pick<NatReportBody, 'evidence' | 'network'>): NatVerdicts {
  // An answer over the other family says nothing about this one.
  const judged = classifyNat(evidence.filter((e) => !isIpv6Evidence(e) && !isNat64Evidence(e)));
  return { ...judged, verdicts: [...judged.verdicts, ...pathVerdicts(evidence, network ?? null)] };
}
