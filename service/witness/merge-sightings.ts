import type { PeerRecord } from '../../turn/io/peer-witness.ts';
import type { WitnessSighting } from '../../turn/server/witness-log.ts';

/** What two linked hosts saw of one session: an order that one gave is settled by what the other did. */
export function mergeSightings(own: readonly WitnessSighting[], peer: PeerRecord): WitnessSighting[] {
  const theirs = new Map(peer.sightings.map((sighting) => [sighting.id, sighting]));
  const ours = own.map((sighting): WitnessSighting => {
    if (sighting.answer !== 'elsewhere') return sighting;
    const done = theirs.get(sighting.id);
    // An order that the other host knows nothing of got lost, or was refused there: no answer left.
    return { ...sighting, answer: done?.answer ?? 'none', answeredFrom: done?.answeredFrom ?? null };
  });
  const known = new Set(own.map(({ id }) => id));
  return [...ours, ...peer.sightings.filter(({ id }) => !known.has(id))];
}
