import type { RandomBytes } from '../../stun/machine.ts';

/** Draws from [0, 1); the same seed gives the same sequence on every machine. */
export type SeededRandom = () => number;

/**
 * Small fast generator (mulberry32). Good enough for loss, jitter and port choices; never for keys.
 * @param seed any number; its low 32 bits count
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A reproducible stand-in for the cryptographic source that real runs pass to machines. */
export function seededBytes(seed: number): RandomBytes {
  const random = seededRandom(seed);
  return (size) => {
    const bytes = new Uint8Array(size);
    for (let index = 0; index < size; index += 1) bytes[index] = random() * 256;
    return bytes;
  };
}
