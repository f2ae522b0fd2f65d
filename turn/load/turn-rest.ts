/** How long a worker may rest between two turns. */
import type { Source } from './arrivals.ts';

/** What a turn costs decides how many packets should share it. */
export interface TurnCost {
  /** After so many bursts it does not rest any longer. */
  readonly burstsPerTurn: number;
  /** Where they are many, packets leave and arrive up to so much later than they could. */
  readonly longestRestMs: number;
}

/** A turn of the event loop costs about as much as sending a packet. */
export const eventLoopTurns: TurnCost = { burstsPerTurn: 4, longestRestMs: 0.25 };
/** All packets of a turn leave in one call, and arrive in one: half of what counts as late. */
export const batchedTurns: TurnCost = { burstsPerTurn: Number.POSITIVE_INFINITY, longestRestMs: 0.5 };

/** A quarter of what counts as late. Where less than one burst is due in this time, it can look for answers all the time. */
const shortestRestMs = 0.25;
/** From so many on processor time is scarcer than time. */
const manyPerMs = 10;

/** 0: packets are so far apart that it does not rest. */
export function restBetweenTurns(
  sources: readonly Source[],
  { burstsPerTurn, longestRestMs }: TurnCost,
): number {
  const burstsPerMs = sources.reduce((sum, { periodMs }) => sum + 1 / periodMs, 0);
  if (burstsPerMs * shortestRestMs <= 1) return 0;
  const mostMs = burstsPerMs < manyPerMs ? shortestRestMs : longestRestMs;
  return Math.min(mostMs, burstsPerTurn / burstsPerMs);
}
