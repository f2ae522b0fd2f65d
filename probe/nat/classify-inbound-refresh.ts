/** RFC 4787 REQ-6: inbound packets may refresh a mapping or not; both have uses, and programs must know which. */
import type { Evidence } from '../../contract/evidence.ts';
import type { LifetimeTests } from './classify-lifetime.ts';
import { chanceOfLoss } from './facts.ts';
import { cappedConfidence, type Finding } from './finding.ts';

export type InboundRefresh = 'yes' | 'no' | 'unknown';

/** Null: not asked for. */
export function classifyInboundRefresh(
  all: readonly Evidence[],
  { facts, redirects }: Pick<LifetimeTests, 'facts' | 'redirects'>,
): Finding<InboundRefresh> | null {
  const asked = all.filter((e) => e.purpose.startsWith('refresh/'));
  const learned = asked.find((e) => e.purpose === 'refresh/learn');
  if (learned === undefined) return null;
  const found = (value: InboundRefresh, confidence: number, reason: string) => {
    return { value, confidence, reason, evidence: asked.map((e) => e.id) };
  };
  const unknown = (reason: string) => found('unknown', 0, reason);
  const sinceMs = learned.sentMs.at(-1);
  if (learned.outcome !== 'answered' || sinceMs === undefined) return unknown('the socket got no mapping');
  if (!redirects) return unknown('the server does not answer to the port that is asked for (RESPONSE-PORT)');
  const fed = asked.filter((e) => e.purpose.startsWith('refresh/in-'));
  const ageSec = (e: Evidence) => ((e.sentMs[0] ?? sinceMs) - sinceMs) / 1000;
  const gone = facts.find(({ value }) => value === 'gone');
  const survived = fed.findLast((e) => e.outcome === 'answered');
  if (gone !== undefined && survived !== undefined && ageSec(survived) >= gone.sec) {
    const reason = `packets from outside kept a silent mapping alive for ${Math.round(ageSec(survived))} s, others were gone after ${gone.sec} s`;
    return found('yes', 0.99, reason);
  }
  const lost = fed.find((e) => e.outcome === 'silent');
  if (lost === undefined) return unknown('no mapping expired during the test');
  const control = asked.find((e) => e.purpose === 'refresh/control');
  if (control?.outcome !== 'answered') return unknown('the control was lost at the same moment');
  const everySec = ageSec(lost) / fed.length;
  // Only a mapping that lives longer without any packet than it was left without one can have been refreshed.
  if (!facts.some(({ value, sec }) => value === 'alive' && sec >= everySec)) {
    return unknown(`mappings live for less than the ${everySec} s between the packets`);
  }
  const reason = `a mapping that got a packet from outside every ${Number(everySec.toFixed(1))} s was gone after ${Math.round(ageSec(lost))} s all the same (RFC 4787 REQ-6)`;
  return found('no', cappedConfidence(chanceOfLoss(all, lost.sentMs.length) + 0.01), reason);
}
