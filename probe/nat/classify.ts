/** Evidence in, verdicts out. A stored report can be judged again by a newer release. */
import type { Evidence } from '../../contract/evidence.ts';
import { failureCatalogue } from '../../contract/failures.ts';
import type { Behaviour, NatSummary, Verdict } from '../../contract/nat-report.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import { classifyAlg } from './classify-alg.ts';
import { classifyCarrier } from './classify-carrier.ts';
import { classifyFiltering } from './classify-filtering.ts';
import { classifyHairpin } from './classify-hairpin.ts';
import { classifyLevels } from './classify-levels.ts';
import { classifyLifetime } from './classify-lifetime.ts';
import { classifyMapping } from './classify-mapping.ts';
import { classifyAnswers, classifyFilterScope } from './classify-pair-test.ts';
import { classifyPortMapping } from './classify-port-mapping.ts';
import { classifyPortPrediction } from './classify-port-prediction.ts';
import { classifyPooling, classifyPortAllocation } from './classify-ports.ts';
import { classifyUdp } from './classify-udp.ts';
import { classifyWitness } from './classify-witness.ts';
import { credible } from './credibility.ts';
import { isPlain, isTranslated, reflexiveOf } from './facts.ts';
import type { Finding } from './finding.ts';
import { isGatewayEvidence } from './gateway-facts.ts';
import { legacyName } from './legacy-name.ts';
import type { ServerFault } from './server-fault.ts';

export interface NatVerdicts {
  readonly summary: NatSummary;
  readonly verdicts: Verdict[];
  /** Faults of the RFC 5780 server that kept a verdict open. */
  readonly serverFaults: readonly ServerFault[];
}

export function classifyNat(all: readonly Evidence[]): NatVerdicts {
  // What the nearest router answers says nothing about the path to the servers.
  const gateway = all.filter(isGatewayEvidence);
  const { evidence, lie } = credible(all.filter((e) => !isGatewayEvidence(e)));
  const udp = classifyUdp(evidence);
  const mapping = classifyMapping(evidence, lie);
  const behindNat = classifyTranslation(evidence, mapping.value);
  const filtering = classifyFiltering(evidence);
  const fault = mapping.fault ?? filtering.fault;
  const portAllocation = classifyPortAllocation(evidence);
  const ipPooling = classifyPooling(evidence);
  const alg = classifyAlg(evidence);
  const natLevels = classifyLevels(evidence, gateway, behindNat);
  const carrierNat = classifyCarrier(evidence, gateway, natLevels);
  const portMapping = classifyPortMapping(gateway);
  const publicEndpoints = publicEndpointsOf(evidence);
  const notAsked = (flag: string) =>
    udp.value === 'open' ? `not asked for (${flag})` : 'no STUN server answered over UDP';
  const hairpin = classifyHairpin(evidence, mapping.value, filtering.value, notAsked('--hairpin'));
  const lifetime = classifyLifetime(evidence, {
    unfiltered: behindNat.value === false && filtering.value === 'endpoint-independent',
    portAllocation: portAllocation.value,
    notAsked: notAsked('--lifetime'),
  });
  const pairTest = {
    mapping: mapping.value,
    filtering: filtering.value,
    notAsked: hasSecondAddress(evidence) ? notAsked('--pairs') : 'no server has a second address (RFC 5780)',
  };
  const legacy = legacyName(udp.value, behindNat.value, mapping.value, filtering.value);
  const legacyPossible =
    behindNat.value === null
      ? [true, false]
          .map((isBehind) => legacyName(udp.value, isBehind, mapping.value, filtering.value))
          .filter((name) => legacy === 'inconclusive' && name !== legacy)
      : [];
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
      ...(legacyPossible.length > 0 && { possible: legacyPossible }),
    },
    verdict('portAllocation', portAllocation),
    verdict('portPrediction', classifyPortPrediction(evidence, mapping)),
    verdict('ipPooling', ipPooling),
    verdict('publicEndpoints', publicEndpoints),
    verdict('natLevels', natLevels),
    verdict('hairpin', hairpin),
    verdict('bindingLifetimeSec', lifetime),
    ...(alg === null ? [] : [verdict('alg', alg)]),
    ...(carrierNat === null ? [] : [verdict('carrierNat', carrierNat)]),
    ...(portMapping === null ? [] : [verdict('portMapping', portMapping)]),
    ...witnessVerdict(evidence),
    verdict('answersOver', classifyAnswers(evidence, pairTest)),
    verdict('filterScope', classifyFilterScope(evidence, pairTest)),
    ...(fault === undefined ? [] : [serverFault(fault, [...mapping.evidence, ...filtering.evidence])]),
  ];
  return { summary, verdicts, serverFaults: fault === undefined ? [] : [fault] };
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
function serverFault(fault: ServerFault, evidence: readonly string[]): Verdict {
  const reason = failureCatalogue[fault].meaning.replace(/\.$/, '');
  const ids = [...new Set(evidence)].slice(0, 200);
  return { name: 'serverFault', value: fault, confidence: 0.9, reason, evidence: ids };
}

function legacyConfidence(legacy: NatSummary['legacy'], ...findings: readonly Finding<unknown>[]): number {
  const [udp, behindNat, mapping, filtering] = findings.map((finding) => finding.confidence);
  if (legacy === 'udp-blocked') return udp ?? 0;
  if (legacy === 'symmetric') return Math.min(behindNat ?? 0, mapping ?? 0);
  return Math.min(behindNat ?? 0, mapping ?? 0, filtering ?? 0);
}

function classifyTranslation(evidence: readonly Evidence[], mapping: Behaviour): Finding<boolean | null> {
  const seen = evidence.filter((e) => isPlain(e) && e.outcome === 'answered' && reflexiveOf(e) !== null);
  const compared = seen.flatMap((e) => {
    const external = reflexiveOf(e);
    return e.local === null || external === null ? [] : [{ id: e.id, is: isTranslated(e.local, external) }];
  });
  const translated = compared.filter(({ is }) => is === true);
  if (translated.length > 0) {
    const reason = `${translated.length} of ${compared.length} answers show another endpoint than the local one`;
    return { value: true, confidence: 0.999, reason, evidence: compared.slice(0, 50).map(({ id }) => id) };
  }
  const ids = seen.slice(0, 50).map((e) => e.id);
  if (compared.length > 0 && compared.every(({ is }) => is === false)) {
    const reason = `${compared.length} answers show the local endpoint itself`;
    return { value: false, confidence: 0.999, reason, evidence: ids };
  }
  if (seen.length > 0 && mapping !== 'endpoint-independent' && mapping !== 'inconclusive') {
    const reason = 'only a NAT gives one socket several public endpoints';
    return { value: true, confidence: 0.999, reason, evidence: ids };
  }
  const reason =
    seen.length > 0
      ? 'this device’s own address is hidden, and nothing else shows a translation: a NAT that keeps ports looks like none'
      : 'no server said how it sees this host';
  return { value: null, confidence: 0, reason, evidence: ids };
}

function hasSecondAddress(evidence: readonly Evidence[]): boolean {
  return evidence.some((e) => e.otherAddress !== null && e.otherAddress.address !== e.to.address);
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
