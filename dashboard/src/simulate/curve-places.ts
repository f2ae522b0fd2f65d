/** The sizes of rooms as an axis: as far apart as they stand in the list, so that small rooms are to be seen. Pure. */
import type { RoomPoint } from '../../../simulate/room-curves.ts';

export function pointsUpTo(points: readonly RoomPoint[], largest: number): RoomPoint[] {
  return points.filter(({ participants }) => participants <= largest);
}

/** Where a number of participants lies between those of the axis; null: not on it. */
export function placeOn(
  points: readonly Pick<RoomPoint, 'participants'>[],
  participants: number,
): number | null {
  const after = points.findIndex((point) => point.participants >= participants);
  const [before, at] = [points[after - 1], points[after]];
  if (at === undefined) return null;
  if (before === undefined || at.participants === participants) return after;
  return after - (at.participants - participants) / (at.participants - before.participants);
}
