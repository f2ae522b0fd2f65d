/** What the server’s witness shows of the path: which way packets get lost, or that the server itself is silent. */
import type { Evidence } from '../../contract/evidence.ts';
import type { NatSummary } from '../../contract/nat-report.ts';
import type { Finding } from './finding.ts';
import { downlinkLoss, type Lost, sumFates, uplinkLoss } from './witness-facts.ts';

export const witnessValues = [
  'clean',
  'uplink-loss',
  'downlink-loss',
  'loss-both-ways',
  'uplink-blocked',
  'downlink-blocked',
  'server-mute',
  'unavailable',
] as const;
export type WitnessValue = (typeof witnessValues)[number];

/** Null: nobody watched. */
export function classifyWitness(evidence: readonly Evidence[]): Finding<WitnessValue> | null {
  const watched = evidence.filter((e) => e.witnessed !== undefined);
  const fates = sumFates(watched);
  if (fates === null || fates.sent === 0) return null;
  const ids = watched.map((e) => e.id);
  const { sent, lost, answered } = fates;
  if (lost === sent) {
    const reason = `none of ${sent} requests arrived at the server`;
    return { value: 'uplink-blocked', confidence: 0.98, reason, evidence: ids };
  }
  if (answered + fates.unknown === 0) {
    const reason = `${sent - lost} of ${sent} requests arrived at the server, and no answer left it`;
    return { value: 'server-mute', confidence: 0.999, reason, evidence: ids };
  }
  if (!watched.some((e) => e.outcome === 'answered' || e.outcome === 'refused')) {
    const reason = `${sent - lost} of ${sent} requests arrived at the server and ${answered} answers left it; none came in`;
    return { value: 'downlink-blocked', confidence: 0.98, reason, evidence: ids };
  }
  const up = uplinkLoss(watched);
  const down = downlinkLoss(watched);
  const value =
    up.lost > 0
      ? down.lost > 0
        ? 'loss-both-ways'
        : 'uplink-loss'
      : down.lost > 0
        ? 'downlink-loss'
        : 'clean';
  const went = up.lost === 0 ? `all ${up.of} requests arrived` : `${share(up, 'requests')} did not arrive`;
  const came = down.lost === 0 ? 'no answer' : share(down, 'answers');
  return { value, confidence: 0.999, reason: `${went}, ${came} got lost on the way back`, evidence: ids };
}

function share({ lost, of }: Lost, what: string): string {
  return `${lost} of ${of} ${what} (${Math.round((100 * lost) / of)} %)`;
}

/** UDP that stayed silent, as the witness saw it; null where nobody watched. Nothing was heard over UDP. */
export function silentUdp(asked: readonly Evidence[]): Finding<NatSummary['udp']> | null {
  const seen = classifyWitness(asked);
  if (seen === null) return null;
  const { reason, evidence } = seen;
  if (seen.value === 'server-mute') return { value: 'inconclusive', confidence: 0, reason, evidence };
  const where = seen.value === 'uplink-blocked' ? 'on the way out' : 'on the way in';
  return { value: 'blocked', confidence: seen.confidence, reason: `${reason}: stopped ${where}`, evidence };
}
