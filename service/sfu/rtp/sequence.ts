/** 16-bit sequence numbers made to count on over their wraps (RFC 3550 App. A.1). */

const cycle = 0x10000;

/**
 * The number nearest to `near` whose low 16 bits are `sequence`. May be below 0 for packets from before the first
 * one.
 */
export function extendSequence(near: number, sequence: number): number {
  const low = ((near % cycle) + cycle) % cycle;
  let step = sequence - low;
  if (step > cycle / 2) step -= cycle;
  else if (step < -cycle / 2) step += cycle;
  return near + step;
}
