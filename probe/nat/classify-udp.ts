/** Does UDP work at all? */
import type { Evidence } from '../../contract/evidence.ts';
import type { NatSummary } from '../../contract/nat-report.ts';
import { silentUdp } from './classify-witness.ts';
import { strangeAnswers } from './facts.ts';
import type { Finding } from './finding.ts';

const networkSaidNo = /^(EHOSTUNREACH|ENETUNREACH|EACCES|EPERM|ECONNREFUSED)\b/;

/** Silence over UDP means "blocked" only against a control: something else got through, or the network said no. */
export function classifyUdp(evidence: readonly Evidence[]): Finding<NatSummary['udp']> {
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
  const strange = strangeAnswers(udp);
  if (strange.length > 0) {
    const ids = strange.slice(0, 20).map((e) => e.id);
    const reason = 'answers came in, though from an endpoint that was not asked';
    return { value: 'open', confidence: 0.99, reason, evidence: ids };
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
    const via = [...new Set(control.map((e) => `${e.transport.toUpperCase()} to port ${e.to.port}`))];
    return {
      value: 'blocked',
      // A single server may be deaf to UDP for a reason of its own.
      confidence: servers > 1 ? 0.98 : 0.9,
      reason: `${packets} UDP packets to ${servers} address${servers === 1 ? '' : 'es'} stayed unanswered while ${via.slice(0, 3).join(' and ')} worked`,
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
