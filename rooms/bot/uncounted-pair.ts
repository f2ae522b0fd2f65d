/** The pair in use as reports tell it, from a library that keeps no counters of it. Pure. */
import type { CandidatePair } from '../../contract/candidate.ts';

export function uncountedPair(ends: Pick<CandidatePair, 'local' | 'remote'>): CandidatePair {
  return {
    id: 'selected',
    ...ends,
    state: 'succeeded',
    nominated: true,
    selected: true,
    rttMs: null,
    requestsSent: null,
    responsesReceived: null,
    bytesSent: null,
    bytesReceived: null,
  };
}
