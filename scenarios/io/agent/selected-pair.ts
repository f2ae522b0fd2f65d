import type { PeerConnection } from 'node-datachannel';
import { candidateTypes } from '../../../contract/candidate.ts';
import type { DoorPair, PairEnd } from './ice-door.ts';

/** The pair that a connection of the library uses; null: none yet. */
export function selectedPair(peer: PeerConnection): DoorPair | null {
  const pair = peer.getSelectedCandidatePair();
  return pair === null ? null : { local: endOf(pair.local), remote: endOf(pair.remote) };
}

function endOf({ address, port, type }: { address: string; port: number; type: string }): PairEnd {
  return { address, port, type: candidateTypes.find((known) => known === type) ?? 'prflx' };
}
