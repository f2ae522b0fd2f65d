/** The verdicts of the tests that are run when asked for; each is there only where its test was run. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Behaviour, Verdict } from '../../contract/nat-report.ts';
import type { Finding } from '../nat/finding.ts';
import { classifyFragments, classifyPathMtu } from './classify-mtu.ts';
import { classifyTcpFiltering, classifyTcpMapping } from './classify-tcp.ts';

type PathFinding = Finding<Verdict['value']> & { readonly possible?: readonly Behaviour[] };

export function pathVerdicts(evidence: readonly Evidence[]): Verdict[] {
  const fragments = classifyFragments(evidence);
  const findings: Readonly<Record<string, PathFinding | null>> = {
    tcpMapping: classifyTcpMapping(evidence),
    tcpFiltering: classifyTcpFiltering(evidence),
    pathMtu: classifyPathMtu(evidence),
    fragmentsUp: fragments?.up ?? null,
    fragmentsDown: fragments?.down ?? null,
  };
  return Object.entries(findings).flatMap(([name, finding]): Verdict[] => {
    if (finding === null) return [];
    const { value, confidence, reason, evidence: ids, possible = [] } = finding;
    return [
      {
        name,
        value,
        confidence,
        reason,
        evidence: ids.slice(0, 200),
        ...(possible.length > 0 && { possible: [...possible] }),
      },
    ];
  });
}
