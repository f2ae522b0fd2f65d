/** The record of the server’s witness, laid beside what was sent: pure. */
import type { Evidence, Witnessed } from '../../contract/evidence.ts';
import type { Sighting, WitnessRecord } from '../../contract/witness.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { RandomBytes } from '../../stun/machine.ts';
import { ageMs, defaultPacing } from './pacing.ts';

/** Transaction ids that begin with the session’s prefix; the rest of each stays random. */
export function witnessedIds(prefix: Uint8Array, random: RandomBytes): RandomBytes {
  return (size) => {
    const bytes = random(size);
    if (size === 12) bytes.set(prefix);
    return bytes;
  };
}

/**
 * Adds what the witness saw to every question that it could see. An endpoint is watched when the server lists it, or
 * when anything that was sent to it was seen: a server behind a 1:1 NAT does not know the address it is called by.
 * @param askedMs when the witness was asked, on the clock of the evidence: what was sent just before may still have
 *   been on its way
 */
export function withWitness(
  evidence: readonly Evidence[],
  record: WitnessRecord,
  askedMs: number,
): Evidence[] {
  const seen = new Map(record.sightings.map((sighting) => [sighting.id, sighting]));
  const watched = new Set(record.watched.map(formatEndpoint));
  for (const { sentIds, to } of evidence) {
    if (sentIds?.some((id) => seen.has(id))) watched.add(formatEndpoint(to));
  }
  const settledMs = askedMs - journeyMs(evidence);
  return evidence.map((e) => {
    const { sentIds = [], to } = e;
    if (sentIds.length === 0 || !watched.has(formatEndpoint(to))) return e;
    const fates = sentIds.map((id, index): Witnessed => {
      const sighting = seen.get(id);
      if (sighting !== undefined) return fateOf(sighting);
      return (e.sentMs[index] ?? 0) > settledMs ? pending : lost;
    });
    // What an overfull session has forgotten was not lost on the way.
    if (!record.complete && fates.some(({ fate }) => fate === 'lost')) return e;
    return { ...e, witnessed: fates.slice(0, 64) };
  });
}

/** Longer than any packet of this run was under way; with nothing to go by, longer than most ever are. */
function journeyMs(evidence: readonly Evidence[]): number {
  const rtts = evidence.flatMap(({ rttMs }) => rttMs ?? []);
  return rtts.length === 0 ? 500 : ageMs(Math.max(...rtts), defaultPacing);
}

const lost: Witnessed = { fate: 'lost', seenAs: null, answeredFrom: null };
const pending: Witnessed = { fate: 'pending', seenAs: null, answeredFrom: null };

function fateOf({ from: seenAs, answer, answeredFrom }: Sighting): Witnessed {
  switch (answer) {
    case 'left':
      return { fate: 'answered', seenAs, answeredFrom };
    case 'elsewhere':
      return { fate: 'unknown', seenAs, answeredFrom: null };
    case 'failed':
    case 'none':
      return { fate: 'unanswered', seenAs, answeredFrom: null };
  }
}
