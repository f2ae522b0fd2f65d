/** Candidate pairs out of `getStats()`. Pure: takes plain entries, so that recorded ones can be tested. */
import type { CandidatePair, CandidateType } from '../../contract/candidate.ts';

/** One entry of an RTCStatsReport; browsers differ in what they fill in. */
export type StatsEntry = Readonly<Record<string, unknown>>;

type PairEnd = CandidatePair['local'];

const states = ['frozen', 'waiting', 'in-progress', 'failed', 'succeeded', 'cancelled'] as const;

export function pairsFromStats(entries: readonly StatsEntry[]): CandidatePair[] {
  const byId = new Map<string, StatsEntry>();
  for (const entry of entries) {
    const id = text(entry['id']);
    if (id !== null) byId.set(id, entry);
  }
  const selectedId = selectedPairId(entries);
  const pairs: CandidatePair[] = [];
  for (const [id, entry] of byId) {
    if (entry['type'] !== 'candidate-pair') continue;
    const local = pairEnd(byId.get(text(entry['localCandidateId']) ?? ''));
    const remote = pairEnd(byId.get(text(entry['remoteCandidateId']) ?? ''));
    if (local === null || remote === null) continue;
    const state = states.find((known) => known === entry['state']) ?? 'waiting';
    const responsesReceived = count(entry['responsesReceived']);
    // Firefox says 0 of a pair that nobody answered.
    const isAnswered = state === 'succeeded' || (responsesReceived ?? 0) > 0;
    const rttSec = isAnswered ? number(entry['currentRoundTripTime']) : null;
    pairs.push({
      id: id.slice(0, 100),
      local,
      remote,
      state,
      nominated: entry['nominated'] === true,
      selected: id === selectedId,
      rttMs: rttSec === null ? null : Math.round(rttSec * 10_000) / 10,
      requestsSent: count(entry['requestsSent']),
      responsesReceived,
      bytesSent: count(entry['bytesSent']),
      bytesReceived: count(entry['bytesReceived']),
    });
  }
  return pairs.sort((a, b) => rank(a) - rank(b)).slice(0, 500);
}

/** For the report of a connection that no pair gave: how many were tried. */
export function pairsTried(pairs: readonly CandidatePair[]): string {
  const answered = pairs.filter(({ responsesReceived }) => (responsesReceived ?? 0) > 0).length;
  return `${pairs.length} ${pairs.length === 1 ? 'pair' : 'pairs'} checked, ${answered} answered`;
}

/**
 * The transport names its selected pair. Firefox before 124 has no transport entry and marks the pair itself;
 * failing that, it is the nominated pair that succeeded and carried most.
 */
function selectedPairId(entries: readonly StatsEntry[]): string | null {
  for (const entry of entries) {
    const id = entry['type'] === 'transport' ? text(entry['selectedCandidatePairId']) : null;
    if (id !== null) return id;
  }
  const pairs = entries.filter((entry) => entry['type'] === 'candidate-pair');
  const marked = pairs.find((entry) => entry['selected'] === true);
  if (marked !== undefined) return text(marked['id']);
  const nominated = pairs
    .filter((entry) => entry['nominated'] === true && entry['state'] === 'succeeded')
    .sort((a, b) => (count(b['bytesSent']) ?? 0) - (count(a['bytesSent']) ?? 0));
  return text(nominated[0]?.['id']);
}

/** Selected first, then by how far the pair came. */
function rank(pair: CandidatePair): number {
  const order = { succeeded: 1, 'in-progress': 2, waiting: 3, frozen: 4, failed: 5, cancelled: 6 } as const;
  return pair.selected ? 0 : order[pair.state];
}

function pairEnd(entry: StatsEntry | undefined): PairEnd | null {
  const type = candidateType(entry?.['candidateType']);
  if (entry === undefined || type === null) return null;
  const relayProtocol = entry['relayProtocol'];
  return {
    type,
    protocol: entry['protocol'] === 'tcp' ? 'tcp' : 'udp',
    // Browsers leave the address out, or empty, where they hide it behind an mDNS name.
    address: text(entry['address'] ?? entry['ip']),
    port: count(entry['port']),
    relayProtocol:
      relayProtocol === 'udp' || relayProtocol === 'tcp' || relayProtocol === 'tls' ? relayProtocol : null,
    url: text(entry['url']),
  };
}

export function candidateType(value: unknown): CandidateType | null {
  return value === 'host' || value === 'srflx' || value === 'prflx' || value === 'relay' ? value : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, 255) : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function count(value: unknown): number | null {
  const found = number(value);
  return found === null ? null : Math.round(found);
}
