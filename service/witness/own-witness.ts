/** The witness of a probe that this service runs itself: asked in memory. */
import type { WitnessSource } from '../../probe/io/witness-source.ts';
import type { EmbeddedStun } from '../deps.ts';
import { watchedEndpoints } from './watched-endpoints.ts';
import type { WitnessDesk } from './witness-desk.ts';

/** Null where there is nothing to watch, or nobody free to look: the probe does without. */
export async function ownWitness(
  desk: WitnessDesk,
  stun: EmbeddedStun | null,
  probeAddress: string,
): Promise<WitnessSource | null> {
  if (stun === null) return null;
  try {
    const { id, token, prefix } = await desk.open(probeAddress, '', stun.peerWitness);
    return {
      prefix: Uint8Array.from(Buffer.from(prefix, 'hex')),
      read: () => desk.read(id, token, watchedEndpoints(stun, probeAddress)),
    };
  } catch {
    return null;
  }
}
