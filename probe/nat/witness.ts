/** The record of the server’s witness, laid beside what was sent: pure. */
import type { Evidence, Witnessed } from '../../contract/evidence.ts';
import type { Sighting, WitnessRecord } from '../../contract/witness.ts';
import { formatEndpoint } from '../../stun/endpoint.ts';
import type { RandomBytes } from '../../stun/machine.ts';

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
 */
export function withWitness(evidence: readonly Evidence[], record: WitnessRecord): Evidence[] {
  const seen = new Map(record.sightings.map((sighting) => [sighting.id, sighting]));
  const watched = new Set(record.watched.map(formatEndpoint));
  for (const { sentIds, to } of evidence) {
    if (sentIds?.some((id) => seen.has(id))) watched.add(formatEndpoint(to));
  }
  return evidence.map((e) => {
    const { sentIds = [], to } = e;
    if (sentIds.length === 0 || !watched.has(formatEndpoint(to))) return e;
    const fates = sentIds.map((id) => fateOf(seen.get(id)));
    // What an overfull session has forgotten was not lost on the way.
    if (!record.complete && fates.some(({ fate }) => fate === 'lost')) return e;
    return { ...e, witnessed: fates.slice(0, 64) };
  });
}

const lost: Witnessed = { fate: 'lost', seenAs: null, answeredFrom: null };

function fateOf(sighting: Sighting | undefined): Witnessed {
  if (sighting === undefined) return lost;
  const { from: seenAs, answer, answeredFrom } = sighting;
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
