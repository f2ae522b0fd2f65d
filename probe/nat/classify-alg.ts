/** Does something on the way rewrite addresses inside of packets? */
import type { Evidence } from '../../contract/evidence.ts';
import { isPlain, isRewritten } from './facts.ts';
import { cappedConfidence, type Finding } from './finding.ts';

/**
 * An application-level gateway rewrites MAPPED-ADDRESS but cannot see through the XOR (RFC 8489 §14.2). Null: no
 * answer carries what it could have changed.
 */
export function classifyAlg(evidence: readonly Evidence[]): Finding<boolean> | null {
  const plain = evidence.filter((e) => isPlain(e) && e.outcome === 'answered');
  const rewritten = plain.filter(isRewritten);
  const comparable = plain.filter((e) => e.xorMapped !== null && e.mapped !== null);
  const [first] = rewritten;
  if (first !== undefined) {
    return {
      value: true,
      confidence: cappedConfidence(0.02),
      reason:
        first.xorMapped === null
          ? 'MAPPED-ADDRESS names an inside address, which its server cannot have seen: something on the way rewrites packets'
          : 'MAPPED-ADDRESS and XOR-MAPPED-ADDRESS differ: something on the way rewrites packets',
      evidence: rewritten.slice(0, 50).map((e) => e.id),
    };
  }
  if (comparable.length === 0) return null;
  return {
    value: false,
    confidence: cappedConfidence(0.02),
    reason: 'MAPPED-ADDRESS and XOR-MAPPED-ADDRESS agree',
    evidence: comparable.slice(0, 50).map((e) => e.id),
  };
}
