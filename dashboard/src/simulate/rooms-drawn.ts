import type { Population } from '../../../contract/population.ts';

/** Puts shares of rooms off by 0.7 points at most. */
const most = 20_000;
/** Off by 3 points at most. */
const fewest = 1_000;
/** Links drawn for one answer among the many that intervals and sensitivity take: a second or two altogether. */
const links = 200_000;

/** Rooms to draw: fewer where they are large meshes, so that an answer takes seconds. */
export function roomsDrawn({ rooms: { sizes, meshUpTo }, paths }: Population): number {
  const largest = paths.includes('sfu') ? meshUpTo : Number.POSITIVE_INFINITY;
  const meshes = Object.keys(sizes)
    .map(Number)
    .filter((size) => size <= largest);
  const size = Math.max(2, ...meshes);
  return Math.min(most, Math.max(fewest, Math.round(links / ((size * (size - 1)) / 2))));
}
