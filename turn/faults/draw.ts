import { readUint32 } from '../../stun/bytes.ts';
import { keyedDigest } from '../../stun/credential.ts';

/**
 * A number from [0, 1) that depends on nothing but the seed and what it is for. So the third packet of the second
 * client has the same fate in every run, whatever other clients do in between.
 */
export function draw(seed: number, what: string): number {
  return readUint32(keyedDigest('sha256', String(seed), what), 0) / 0x1_0000_0000;
}
