/** The verdicts of the tests that are run when asked for; each is there only where its test was run. */
import type { Evidence } from '../../contract/evidence.ts';
import type { Behaviour, Verdict } from '../../contract/nat-report.ts';
import type { NetworkFacts } from '../../contract/network-facts.ts';
import { classifyInboundRefresh } from '../nat/classify-inbound-refresh.ts';
import { readLifetimeTests } from '../nat/classify-lifetime.ts';
import type { Finding } from '../nat/finding.ts';
import { classifyFragments, classifyPathMtu } from './classify-mtu.ts';
import { classifyClat, classifyNat64 } from './classify-nat64.ts';
import { classifyPortal, classifyProxy, classifyVpn } from './classify-network.ts';
import { classifyTcpFiltering, classifyTcpMapping } from './classify-tcp.ts';
import { ipv6Verdicts } from './ipv6.ts';

type PathFinding = Finding<Verdict['value']> & { readonly possible?: readonly Behaviour[] };

/** @param network what was read besides packets; null: nothing */
export function pathVerdicts(evidence: readonly Evidence[], network: NetworkFacts | null = null): Verdict[] {
  const fragments = classifyFragments(evidence);
  const idle = readLifetimeTests(evidence, { portAllocation: 'unknown' });
  const findings: Readonly<Record<string, PathFinding | null>> = {
    inboundRefresh: classifyInboundRefresh(evidence, idle),
    tcpMapping: classifyTcpMapping(evidence),
    tcpFiltering: classifyTcpFiltering(evidence),
    pathMtu: classifyPathMtu(evidence),
    fragmentsUp: fragments?.up ?? null,
    fragmentsDown: fragments?.down ?? null,
    nat64: classifyNat64(evidence, network),
    clat: classifyClat(network),
    vpn: classifyVpn(network),
    httpProxy: classifyProxy(evidence, network),
    captivePortal: classifyPortal(evidence),
  };
  const verdicts = Object.entries(findings).flatMap(([name, finding]): Verdict[] => {
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
  return [...ipv6Verdicts(evidence), ...verdicts];
}
