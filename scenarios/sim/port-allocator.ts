import type { PortPolicy } from '../nat-behaviour.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface PortRequest {
  readonly internalPort: number;
  /** Is this port free on the external address the mapping will have? */
  readonly isFree: (port: number) => boolean;
}

/** Chooses external ports for one NAT; null when the range is used up. */
export type PortAllocator = (request: PortRequest) => number | null;

/**
 * @param range ports for every policy but `preserving`, which takes from the range only on a collision
 */
export function portAllocator(policy: PortPolicy, range: PortRange, random: SeededRandom): PortAllocator {
  const size = range.last - range.first + 1;
  let offset = 0;

  const nextFree = (accepts: (port: number) => boolean): number | null => {
    for (let tried = 0; tried < size; tried += 1) {
      const port = range.first + offset;
      offset = (offset + 1) % size;
      if (accepts(port)) return port;
    }
    return null;
  };

  switch (policy) {
    case 'preserving':
      // RFC 4787 §4.2.1: a NAT that preserves ports must do something else when the port is taken; REQ-3 forbids
      // sharing it ("port overloading").
      return ({ internalPort, isFree }) => (isFree(internalPort) ? internalPort : nextFree(isFree));
    case 'sequential':
      return ({ isFree }) => nextFree(isFree);
    case 'parity-preserving':
      // RFC 4787 §4.2.2: an even port stays even, an odd one odd.
      return ({ internalPort, isFree }) => nextFree((port) => port % 2 === internalPort % 2 && isFree(port));
    case 'random':
      return ({ isFree }) => {
        for (let tried = 0; tried < 64; tried += 1) {
          const port = range.first + Math.floor(random() * size);
          if (isFree(port)) return port;
        }
        return nextFree(isFree);
      };
  }
}
