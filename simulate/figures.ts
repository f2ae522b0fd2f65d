/** Every figure of an answer that gets an interval, by name. */
import type { BandFigure } from '../contract/population.ts';
import {
  type LinkOutcome,
  linkOutcomes,
  type RoomOutcome,
  roomOutcomes,
} from '../contract/simulation-report.ts';
import { wilsonRate } from '../contract/wilson.ts';
import { connectMs } from './connect-time.ts';
import { type Amount, amounts, meanAmount, roomShare } from './draw-rooms.ts';
import { type Evaluation, relayedShare } from './evaluate.ts';
import { outcomeIndex } from './links.ts';

export type FigureName =
  | `pair ${LinkOutcome}`
  | `room ${RoomOutcome}`
  | BandFigure
  | 'relayed'
  | 'p50'
  | 'p95'
  | Amount;

export interface Figure {
  readonly value: number;
  /** 95 %; null: computed. */
  readonly drawing: readonly [number, number] | null;
  /** Shares end at 1. */
  readonly highest: number;
}

export function figuresOf(evaluation: Evaluation): Map<FigureName, Figure> {
  const { calls, population, tally } = evaluation;
  const figures = new Map<FigureName, Figure>();
  const computed = (name: FigureName, value: number, highest: number) =>
    figures.set(name, { value, drawing: null, highest });
  for (const outcome of linkOutcomes) computed(`pair ${outcome}`, calls[outcomeIndex[outcome]] ?? 0, 1);
  const relayed = relayedShare(calls);
  computed('relayed', relayed, 1);
  computed('pairs-direct', calls[outcomeIndex.direct] ?? 0, 1);
  computed('pairs-relayed', ofConnected(relayed, calls[outcomeIndex.none] ?? 0), 1);
  for (const [name, quantile] of [
    ['p50', 0.5],
    ['p95', 0.95],
  ] as const) {
    const ms = connectMs(calls, population, quantile);
    if (ms !== null) computed(name, ms, Number.POSITIVE_INFINITY);
  }
  const drawn = (name: FigureName, value: number) => {
    // As if the rooms were not shared out among the sizes: never too narrow, and not empty at 0.
    const { low, high } = wilsonRate(Math.round(value * tally.rooms), tally.rooms);
    figures.set(name, { value, drawing: [low ?? 0, high ?? 1], highest: 1 });
  };
  for (const outcome of roomOutcomes) drawn(`room ${outcome}`, roomShare(tally, outcome));
  drawn('rooms-relayed', ofConnected(roomShare(tally, 'relay'), roomShare(tally, 'short')));
  for (const amount of amounts) {
    const { mean, standardError } = meanAmount(tally, amount);
    const half = 1.96 * standardError;
    figures.set(amount, {
      value: 1000 * mean,
      drawing: [1000 * Math.max(0, mean - half), 1000 * (mean + half)],
      highest: Number.POSITIVE_INFINITY,
    });
  }
  return figures;
}

/** As studies of services count relays; those of hole punching count attempts. */
function ofConnected(share: number, failed: number): number {
  return failed >= 1 ? 0 : share / (1 - failed);
}
