/** The pairs of an attempt as `getStats` names them (W3C webrtc-stats). Pure. */
import type { CandidatePair } from '../../../contract/candidate.ts';
import type { Attempt } from '../../../contract/visit-report.ts';

type Stats = Readonly<Record<string, unknown>>;

const transportId = 'T01';

/** @param timestamp of all of them, milliseconds since 1970 */
export function statsOf(attempt: Attempt, timestamp: number): Readonly<Record<string, Stats>> {
  const stats: Record<string, Stats> = {
    [transportId]: {
      type: 'transport',
      timestamp,
      ...(attempt.selectedPairId !== null && { selectedCandidatePairId: pairId(attempt.selectedPairId) }),
    },
  };
  for (const pair of attempt.pairs) {
    const [localCandidateId, remoteCandidateId] = [endId('L', pair.local), endId('R', pair.remote)];
    stats[localCandidateId] = endStats('local-candidate', pair.local, timestamp);
    stats[remoteCandidateId] = endStats('remote-candidate', pair.remote, timestamp);
    stats[pairId(pair.id)] = {
      type: 'candidate-pair',
      timestamp,
      transportId,
      localCandidateId,
      remoteCandidateId,
      state: pair.state,
      nominated: pair.nominated,
      ...given({
        // webrtc-stats counts it in seconds.
        currentRoundTripTime: pair.rttMs === null ? null : pair.rttMs / 1000,
        requestsSent: pair.requestsSent,
        responsesReceived: pair.responsesReceived,
        bytesSent: pair.bytesSent,
        bytesReceived: pair.bytesReceived,
      }),
    };
  }
  return stats;
}

function pairId(id: string): string {
  return `CP${id}`;
}

function endId(side: 'L' | 'R', { type, protocol, address, port, url }: CandidatePair['local']): string {
  return [side, type, protocol, address ?? 'hidden', port ?? 0, ...(url === null ? [] : [url])].join('-');
}

function endStats(kind: string, end: CandidatePair['local'], timestamp: number): Stats {
  const { type, protocol, address, port, relayProtocol, url } = end;
  return {
    type: kind,
    timestamp,
    candidateType: type,
    protocol,
    ...given({ address, port, relayProtocol, url }),
  };
}

/** Without what is not known: `getStats` leaves it out as well. */
function given(values: Stats): Stats {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
