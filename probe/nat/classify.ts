/** Evidence in, verdicts out. A stored report can be judged again by a newer release. */
import ipaddr from 'ipaddr.js';
import type { Evidence } from '../../contract/evidence.ts';
import { failureCatalogue } from '../../contract/failures.ts';
import type { Behaviour, NatSummary, Verdict } from '../../contract/nat-report.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { pathVerdicts } from '../path/path-verdicts.ts';
import { classifyFiltering } from './classify-filtering.ts';
import { classifyHairpin } from './classify-hairpin.ts';
import { classifyLifetime } from './classify-lifetime.ts';
import { classifyMapping } from './classify-mapping.ts';
import { classifyPortPrediction } from './classify-port-prediction.ts';
import { classifyPooling, classifyPortAllocation } from './classify-ports.ts';
import { classifyWitness, silentUdp } from './classify-witness.ts';
import { isPlain, reflexiveOf } from './facts.ts';
import { type BehaviourFinding, cappedConfidence, type Finding } from './finding.ts';
import { legacyName } from './legacy-name.ts';
import type { ServerFault } from './server-fault.ts';

export interface NatVerdicts {
  readonly summary: NatSummary;
  readonly verdicts: Verdict[];
  /** Faults of the RFC 5780 server that kept a verdict open. */
  readonly serverFaults: readonly ServerFault[];
}

export function classifyNat(evidence: readonly Evidence[]): NatVerdicts {
  const udp = classifyUdp(evidence);
  const behindNat = classifyTranslation(evidence);
  const mapping = classifyMapping(evidence);
  const filtering = classifyFiltering(evidence, mapping.value === 'endpoint-independent');
  const portAllocation = classifyPortAllocation(evidence);
  const ipPooling = classifyPooling(evidence);
  const natLevels = classifyLevels(evidence, behindNat);
  const publicEndpoints = publicEndpointsOf(evidence);
  const notAsked = (flag: string) =>
    udp.value === 'open' ? `not asked for (${flag})` : 'no STUN server answered over UDP';
  const hairpin = classifyHairpin(evidence, mapping.value, filtering.value, notAsked('--hairpin'));
  const lifetime = classifyLifetime(evidence, {
    unfiltered: behindNat.value === false && filtering.value === 'endpoint-independent',
    portAllocation: portAllocation.value,
    notAsked: notAsked('--lifetime'),
  });
  const legacy = legacyName(udp.value, behindNat.value, mapping.value, filtering.value);
  const summary: NatSummary = {
    mapping: mapping.value,
    filtering: filtering.value,
    behindNat: behindNat.value,
    udp: udp.value,
    legacy,
    hairpin: hairpin.value,
    portAllocation: portAllocation.value,
    ipPooling: ipPooling.value,
    bindingLifetimeSec: lifetime.value,
    publicEndpoints: publicEndpoints.value,
    natLevels: natLevels.value,
  };
  const verdicts: Verdict[] = [
    verdict('mapping', mapping, mapping.possible),
    verdict('filtering', filtering, filtering.possible),
    verdict('behindNat', behindNat),
    verdict('udp', udp),
    {
      name: 'legacy',
      value: legacy,
      confidence:
        legacy === 'inconclusive' ? 0 : legacyConfidence(legacy, udp, behindNat, mapping, filtering),
      reason: 'RFC 3489 label of the verdicts above',
      evidence: [],
    },
    verdict('portAllocation', portAllocation),
    verdict('portPrediction', classifyPortPrediction(evidence, mapping)),
    verdict('ipPooling', ipPooling),
    verdict('publicEndpoints', publicEndpoints),
    verdict('natLevels', natLevels),
    verdict('hairpin', hairpin),
    verdict('bindingLifetimeSec', lifetime),
    ...classifyAlg(evidence),
    ...witnessVerdict(evidence),
    ...serverFault(filtering),
    ...pathVerdicts(evidence),
  ];
  return { summary, verdicts, serverFaults: filtering.fault === undefined ? [] : [filtering.fault] };
}

function verdict(
  name: string,
  finding: Finding<Verdict['value']>,
  possible: readonly Behaviour[] = [],
): Verdict {
  return {
    name,
    value: finding.value,
    confidence: finding.confidence,
    reason: finding.reason,
    evidence: finding.evidence.slice(0, 200),
    ...(possible.length > 0 && { possible: [...possible] }),
    ...(finding.atLeast && { atLeast: finding.atLeast }),
  };
}

/** Absent where nobody watched. */
function witnessVerdict(evidence: readonly Evidence[]): Verdict[] {
  const finding = classifyWitness(evidence);
  return finding === null ? [] : [verdict('witness', finding)];
}

/** Absent where the server did all that the tests need. */
function serverFault({ fault, evidence }: BehaviourFinding): Verdict[] {
  if (fault === undefined) return [];
  const reason = failureCatalogue[fault].meaning.replace(/\.$/, '');
  return [{ name: 'serverFault', value: fault, confidence: 0.9, reason, evidence: evidence.slice(0, 200) }];
}

function legacyConfidence(legacy: NatSummary['legacy'], ...findings: readonly Finding<unknown>[]): number {
  const [udp, behindNat, mapping, filtering] = findings.map((finding) => finding.confidence);
  if (legacy === 'udp-blocked') return udp ?? 0;
  if (legacy === 'symmetric') return Math.min(behindNat ?? 0, mapping ?? 0);
  return Math.min(behindNat ?? 0, mapping ?? 0, filtering ?? 0);
}

const networkSaidNo = /^(EHOSTUNREACH|ENETUNREACH|EACCES|EPERM|ECONNREFUSED)\b/;

/** Silence over UDP means "blocked" only against a control: something else got through, or the network said no. */
function classifyUdp(evidence: readonly Evidence[]): Finding<NatSummary['udp']> {
  const udp = evidence.filter((e) => e.transport === 'udp');
  const heard = udp.filter((e) => e.outcome === 'answered' || e.outcome === 'refused');
  if (heard.length > 0) {
    const ids = heard.slice(0, 20).map((e) => e.id);
    return {
      value: 'open',
      confidence: 0.999,
      reason: `${heard.length} questions were answered`,
      evidence: ids,
    };
  }
  const asked = udp.filter((e) => e.sentMs.length > 0 || e.outcome === 'failed');
  if (asked.length === 0) {
    return { value: 'inconclusive', confidence: 0, reason: 'nothing was asked over UDP', evidence: [] };
  }
  const rejected = asked.filter((e) => e.notes.some((note) => networkSaidNo.test(note)));
  const ids = asked.slice(0, 20).map((e) => e.id);
  if (rejected.length > 0) {
    return {
      value: 'blocked',
      confidence: 0.98,
      reason: 'UDP packets were rejected on the way',
      evidence: ids,
    };
  }
  const watched = silentUdp(asked);
  if (watched !== null) return watched;
  const control = evidence.filter(
    (e) => e.transport !== 'udp' && (e.outcome === 'answered' || e.outcome === 'refused'),
  );
  const packets = asked.reduce((sum, e) => sum + e.sentMs.length, 0);
  if (control.length > 0) {
    const servers = new Set(asked.map((e) => e.to.address)).size;
    const via = [...new Set(control.map((e) => e.transport.toUpperCase()))].join(' and ');
    return {
      value: 'blocked',
      // A single server may be deaf to UDP for a reason of its own.
      confidence: servers > 1 ? 0.98 : 0.9,
      reason: `${packets} UDP packets to ${servers} address${servers === 1 ? '' : 'es'} stayed unanswered while ${via} worked`,
      evidence: [...ids, ...control.map((e) => e.id)].slice(0, 200),
    };
  }
  return {
    value: 'inconclusive',
    confidence: 0,
    reason: 'nothing answered at all, over no transport: the servers may be down, or this host offline',
    evidence: ids,
  };
}

function classifyTranslation(evidence: readonly Evidence[]): Finding<boolean | null> {
  const seen = evidence.filter(
    (e) => isPlain(e) && e.outcome === 'answered' && e.local !== null && reflexiveOf(e) !== null,
  );
  const ids = seen.slice(0, 50).map((e) => e.id);
  if (seen.length === 0) {
    return { value: null, confidence: 0, reason: 'no server said how it sees this host', evidence: [] };
  }
  const translated = seen.filter((e) => {
    const external = reflexiveOf(e);
    return e.local !== null && external !== null && formatEndpoint(e.local) !== formatEndpoint(external);
  });
  if (translated.length > 0) {
    const reason = `${translated.length} of ${seen.length} answers show another endpoint than the local one`;
    return { value: true, confidence: 0.999, reason, evidence: ids };
  }
  const reason = `${seen.length} answers show the local endpoint itself`;
  return { value: false, confidence: 0.999, reason, evidence: ids };
}

function isCarrierGrade(address: string): boolean {
  // RFC 6598: 100.64.0.0/10 is the space between a customer's router and a carrier's NAT.
  return ipaddr.isValid(address) && ipaddr.parse(address).range() === 'carrierGradeNat';
}

function classifyLevels(
  evidence: readonly Evidence[],
  behindNat: Finding<boolean | null>,
): Finding<number | null> {
  if (behindNat.value === false) {
    return {
      value: 0,
      confidence: behindNat.confidence,
      reason: 'no translation',
      evidence: behindNat.evidence,
    };
  }
  const reason =
    behindNat.value === null
      ? 'not known whether there is a NAT'
      : evidence.some((e) => e.local !== null && isCarrierGrade(e.local.address))
        ? 'at least one, and it is a carrier’s: the local address is in 100.64.0.0/10 (RFC 6598)'
        : 'at least one; counting them needs an answer of the nearest router, not tested by this release';
  return { value: null, confidence: 0, reason, evidence: behindNat.evidence };
}

function publicEndpointsOf(evidence: readonly Evidence[]): Finding<string[]> {
  const seen = evidence.filter((e) => isPlain(e) && e.outcome === 'answered' && reflexiveOf(e) !== null);
  const endpoints = seen.flatMap((e) => {
    const external = reflexiveOf(e);
    return external === null ? [] : [formatEndpoint(external)];
  });
  const value = [...new Set(endpoints)].slice(0, 64);
  return {
    value,
    confidence: value.length > 0 ? 0.999 : 0,
    reason: value.length > 0 ? `as ${seen.length} answers say` : 'no server said how it sees this host',
    evidence: seen.slice(0, 50).map((e) => e.id),
  };
}

/** An application-level gateway rewrites MAPPED-ADDRESS but cannot see through the XOR (RFC 8489 §14.2). */
function classifyAlg(evidence: readonly Evidence[]): Verdict[] {
  const both = evidence.filter((e) => isPlain(e) && e.xorMapped !== null && e.mapped !== null);
  if (both.length === 0) return [];
  const rewritten = both.filter(
    (e) =>
      e.xorMapped !== null && e.mapped !== null && formatEndpoint(e.xorMapped) !== formatEndpoint(e.mapped),
  );
  return [
    {
      name: 'alg',
      value: rewritten.length > 0,
      confidence: cappedConfidence(0.02),
      reason:
        rewritten.length > 0
          ? 'MAPPED-ADDRESS and XOR-MAPPED-ADDRESS differ: something on the way rewrites packets'
          : 'MAPPED-ADDRESS and XOR-MAPPED-ADDRESS agree',
      evidence: (rewritten.length > 0 ? rewritten : both).slice(0, 50).map((e) => e.id),
    },
  ];
}
