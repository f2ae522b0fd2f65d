/** Wait before the n-th try to reconnect (n from 0): doubles from 0.5 s to 15 s, with up to half of it random. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}
