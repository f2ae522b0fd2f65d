/** Assembles the report; every verdict in it follows from the evidence in it. */
import type { Candidate } from '../../contract/candidate.ts';
import type { NatReport } from '../../contract/envelope.ts';
import type { Evidence } from '../../contract/evidence.ts';
import type { Failure } from '../../contract/failures.ts';
import type { NatReportBody, ServerResult, Verdict } from '../../contract/nat-report.ts';
import type { NetworkFacts } from '../../contract/network-facts.ts';
import { currentVersion, toolName, toolVersion } from '../../contract/release.ts';
import type { WitnessValue } from '../nat/classify-witness.ts';
import { pairEnd } from '../nat/pair-end.ts';
import { predictReach } from '../nat/predict-reach.ts';
import { natHeadline } from './headline.ts';
import { judgeReport } from './judge-report.ts';
import { findingId } from './words/describe-verdict.ts';

export interface ReportFacts {
  readonly at: Date;
  readonly evidence: readonly Evidence[];
  readonly servers: readonly ServerResult[];
  readonly candidates: readonly Candidate[];
  readonly family: 'ipv4' | 'ipv6' | null;
  readonly localAddress: string | null;
  readonly hostname: string | null;
  readonly platform: string | null;
  readonly durationMs: number;
  readonly natVerdictMs: number | null;
  /** The headline as it stood before the last results, and since when. */
  readonly provisional: { readonly code: string; readonly atMs: number } | null;
  readonly network?: NetworkFacts;
  /** On tests that were asked for and could not be run. */
  readonly notRun?: readonly Verdict[];
  /** Why the server’s witness could not be asked; absent: nobody was to be asked, or all went well. */
  readonly witnessFailure?: Failure | null;
}

export function buildNatReport(facts: ReportFacts): NatReport {
  const evidence = facts.evidence.slice(0, 2000);
  const network = facts.network === undefined ? {} : { network: facts.network };
  const judged = judgeReport({ evidence, ...network });
  const { summary } = judged;
  const unavailable = unavailableWitness(facts.witnessFailure ?? null);
  const verdicts = [...judged.verdicts, ...(facts.notRun ?? []), ...unavailable];
  const headline = natHeadline(summary, verdicts, facts.servers, facts.localAddress);
  const run: NatReportBody['run'] = {
    family: facts.family,
    localAddress: facts.localAddress,
    hostname: facts.hostname,
    platform: facts.platform,
    durationMs: facts.durationMs,
    natVerdictMs: facts.natVerdictMs,
    headlineMs: facts.provisional?.code === headline.code ? facts.provisional.atMs : null,
    packetsSent: evidence.reduce((sum, e) => sum + e.sentMs.length, 0),
    packetsReceived: evidence.filter((e) => e.receivedMs !== null).length,
  };
  const candidates = [...facts.candidates];
  const servers = [...facts.servers];
  const own = pairEnd({ nat: summary, verdicts, candidates, servers, run });
  return {
    kind: 'nat-report',
    version: currentVersion,
    tool: { name: toolName, version: toolVersion },
    at: facts.at.toISOString(),
    body: {
      headline,
      nat: summary,
      verdicts: verdicts.map(withFinding),
      candidates,
      servers,
      // A path inside this machine foretells nothing about paths that leave it.
      reach: own.scope === 'machine' ? [] : predictReach(own),
      evidence,
      ...network,
      run,
    },
  };
}

/** Not a reading of evidence: says why there is less of it. */
function unavailableWitness(cause: Failure | null): Verdict[] {
  if (cause === null) return [];
  const value: WitnessValue = 'unavailable';
  return [{ name: 'witness', value, confidence: 0, reason: cause.message.replace(/\.$/, ''), evidence: [] }];
}

function withFinding(verdict: Verdict): Verdict {
  const finding = findingId(verdict);
  return finding === null ? verdict : { ...verdict, finding };
}
