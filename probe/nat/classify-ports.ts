/** RFC 4787 §4.2 and §4.1 (pooling): how the NAT chooses external ports and addresses. */
import type { Evidence } from '../../contract/evidence.ts';
import type { NatSummary } from '../../contract/nat-report.ts';
import { cappedConfidence, type Finding } from './finding.ts';
import { firstPerSocket, keepsParity, newMappings, stepsByFrequency, translations } from './port-samples.ts';

/** Of a pattern that random ports show as well. */
const acceptedChance = 2e-3;

export function classifyPortAllocation(evidence: readonly Evidence[]): Finding<NatSummary['portAllocation']> {
  const all = translations(evidence);
  const sockets = firstPerSocket(all);
  const ids = sockets.map((t) => t.id);
  if (sockets.length < 3) {
    return {
      value: 'unknown',
      confidence: 0,
      reason: 'fewer than three sockets were answered',
      evidence: ids,
    };
  }
  const n = sockets.length;
  const preserved = sockets.filter((t) => t.local.port === t.external.port).length;
  if (preserved * 2 > n) {
    const reason = `external port = local port on ${preserved} of ${n} sockets`;
    return { value: 'preserving', confidence: cappedConfidence(0.01), reason, evidence: ids };
  }
  // RFC 4787 REQ-4. Each socket agrees by chance every other time, so it takes several.
  const parityKept = keepsParity(sockets);
  const byChance = 2 * 0.5 ** n;
  if (parityKept && byChance <= acceptedChance) {
    const reason = `parity kept on all ${n} sockets`;
    return { value: 'parity-preserving', confidence: cappedConfidence(byChance), reason, evidence: ids };
  }
  // A counter hands out neighbours: all ports in a narrow window, which chance does not do in 64 k.
  const ports = [...new Set(all.map((t) => t.external.port))];
  const span = Math.max(...ports) - Math.min(...ports);
  const window = 4 * ports.length + 16;
  if (ports.length >= 3 && span <= window) {
    const chance = (window / 64_512) ** (ports.length - 1);
    const [top] = stepsByFrequency(newMappings(evidence).map((t) => t.external.port));
    const step =
      top === undefined || top.count < 2 ? '' : `, most often ${top.step > 0 ? '+' : ''}${top.step}`;
    const reason = `${ports.length} external ports within ${span + 1}${step}`;
    return { value: 'sequential', confidence: cappedConfidence(chance + 0.02), reason, evidence: ids };
  }
  if (parityKept) {
    const reason = `parity kept on all ${n} sockets, which random ports do as well once in ${2 ** n} runs`;
    return { value: 'unknown', confidence: 0, reason, evidence: ids };
  }
  const reason = `no pattern in ${ports.length} external ports (span ${span})`;
  return { value: 'random', confidence: 0.9, reason, evidence: ids };
}

export function classifyPooling(evidence: readonly Evidence[]): Finding<NatSummary['ipPooling']> {
  const sockets = firstPerSocket(translations(evidence));
  const addresses = new Set(sockets.map((t) => t.external.address));
  const ids = sockets.map((t) => t.id);
  if (sockets.length < 3) {
    return {
      value: 'unknown',
      confidence: 0,
      reason: 'fewer than three sockets were answered',
      evidence: ids,
    };
  }
  if (addresses.size > 1) {
    const reason = `${sockets.length} sockets got ${addresses.size} public addresses`;
    return { value: 'arbitrary', confidence: 0.999, reason, evidence: ids };
  }
  const reason = `${sockets.length} sockets share one public address`;
  // Two equal addresses behind the NAT would agree by chance this often.
  return {
    value: 'paired',
    confidence: cappedConfidence(0.5 ** (sockets.length - 1)),
    reason,
    evidence: ids,
  };
}
