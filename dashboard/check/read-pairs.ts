import type { CandidatePair } from '../../contract/candidate.ts';
import { withDeadline } from './deadline.ts';
import { pairsFromStats, type StatsEntry } from './pairs-from-stats.ts';

const deadlineMs = 1_000;

/** Never rejects; empty when the browser gives no statistics in time. */
export async function readPairs(connection: RTCPeerConnection): Promise<CandidatePair[]> {
  try {
    const stats = await withDeadline(connection.getStats(), deadlineMs, 'statistics');
    const entries: StatsEntry[] = [];
    stats.forEach((entry: StatsEntry) => {
      entries.push(entry);
    });
    return pairsFromStats(entries);
  } catch {
    return [];
  }
}
