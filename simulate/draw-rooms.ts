/**
 * Draws rooms from a population and counts how they come about, and what they take of servers. Every size gets rooms in
 * proportion to its weight (stratified sampling), so chance decides about the participants only.
 */
import type { Population } from '../contract/population.ts';
import { type RoomOutcome, roomOutcomes } from '../contract/simulation-report.ts';
import { seededRandom } from '../scenarios/sim/seeded-random.ts';
import type { LinkTable } from './links.ts';
import { Moments } from './moments.ts';
import type { Bill } from './room-bills.ts';
import { RoomDraw } from './room-draw.ts';

export type Amount = keyof Bill | 'cost';
export const amounts = [
  'turnGb',
  'sfuGb',
  'turnCoreHours',
  'sfuCoreHours',
  'cost',
] as const satisfies Amount[];

export interface SizeTally {
  readonly participants: number;
  /** Of all rooms of the population. */
  readonly share: number;
  readonly rooms: number;
  /** Indexed as {@link roomOutcomes}. */
  readonly outcomes: Float64Array;
  /** Of one room. */
  readonly amounts: Readonly<Record<Amount, Moments>>;
}

export interface RoomTally {
  readonly rooms: number;
  readonly bySize: readonly SizeTally[];
}

/** @param rooms at least one of each size is drawn all the same */
export function drawRooms(population: Population, table: LinkTable, rooms: number, seed: number): RoomTally {
  const sizes = Object.entries(population.rooms.sizes);
  const total = sizes.reduce((sum, [, weight]) => sum + weight, 0);
  const draw = new RoomDraw(population, table);
  const { turnPerGb, sfuPerGb } = population.prices;
  let before = 0;
  const bySize = sizes.map(([key, weight]): SizeTally => {
    const share = weight / total;
    const count = Math.max(1, Math.round((before + share) * rooms) - Math.round(before * rooms));
    before += share;
    const participants = Number(key);
    const size = { participants, share, rooms: count, outcomes: new Float64Array(roomOutcomes.length) };
    const { turnGb, sfuGb, turnCoreHours, sfuCoreHours, cost } = newMoments();
    draw.reseed(seededRandom(seed + 2 * participants), seededRandom(seed + 2 * participants + 1));
    for (let room = 0; room < count; room += 1) {
      const outcome = draw.draw(participants);
      size.outcomes[outcome] = (size.outcomes[outcome] ?? 0) + 1;
      turnGb.add(draw.turnGb);
      sfuGb.add(draw.sfuGb);
      turnCoreHours.add(draw.turnCoreHours);
      sfuCoreHours.add(draw.sfuCoreHours);
      cost.add(draw.turnGb * turnPerGb.value + draw.sfuGb * sfuPerGb.value);
    }
    return { ...size, amounts: { turnGb, sfuGb, turnCoreHours, sfuCoreHours, cost } };
  });
  return { rooms: bySize.reduce((sum, size) => sum + size.rooms, 0), bySize };
}

function newMoments(): Record<Amount, Moments> {
  return {
    turnGb: new Moments(),
    sfuGb: new Moments(),
    turnCoreHours: new Moments(),
    sfuCoreHours: new Moments(),
    cost: new Moments(),
  };
}

/** Of all rooms, whatever their size. */
export function roomShare({ bySize }: RoomTally, outcome: RoomOutcome): number {
  const index = roomOutcomes.indexOf(outcome);
  return bySize.reduce(
    (sum, { share, rooms, outcomes }) => sum + (share * (outcomes[index] ?? 0)) / rooms,
    0,
  );
}

/** Of one room, whatever its size. */
export function meanAmount({ bySize }: RoomTally, amount: Amount): { mean: number; standardError: number } {
  const parts = bySize.map(({ share, amounts: { [amount]: moments } }) => ({
    mean: share * moments.mean,
    standardError: share * moments.standardError,
  }));
  return {
    mean: parts.reduce((sum, { mean }) => sum + mean, 0),
    standardError: Math.hypot(...parts.map(({ standardError }) => standardError)),
  };
}
