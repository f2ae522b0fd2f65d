/** How long a worker may rest between two turns. */
import type { Source } from './arrivals.ts';

/** Packets leave and arrive up to so much later than they could: a quarter of what counts as late. */
const longestRestMs = 0.25;
/** A turn of the event loop costs about as much as sending a packet: it is shared by so many. */
const burstsOfEventLoop = 4;

/**
 * 0: packets are so far apart that it can look for answers all the time.
 *
 * @param burstsPerTurn after so many it does not rest any longer
 */
export function restBetweenTurns(sources: readonly Source[], burstsPerTurn = burstsOfEventLoop): number {
  const burstsPerMs = sources.reduce((sum, { periodMs }) => sum + 1 / periodMs, 0);
  return burstsPerMs * longestRestMs <= 1 ? 0 : Math.min(longestRestMs, burstsPerTurn / burstsPerMs);
}
