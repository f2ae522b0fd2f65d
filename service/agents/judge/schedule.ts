/**
 * When a monitor measures. Every node works it out by itself and comes to the same ticks, so that they ask for the same jobs,
 * of which the store takes one. Pure.
 */
export interface Tick {
  /** Number of the interval since 1970: the same on every node. */
  readonly number: number;
  readonly atMs: number;
}

/** Of an interval: so far are the regions of a monitor apart, that they do not all come at once. */
const spread = 0.2;
/** A tick that was missed for longer than this share of the interval waits for the next one; a new monitor does not wait. */
const lateShare = 0.5;

/** A number from 0 up to 1 that a text always has (FNV-1a, 32 bits). */
export function chanceOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash / 2 ** 32;
}

/**
 * The tick that is due now; null: the last one is too long ago to be made up for. After a pause of a day that is one
 * tick at most, not a day’s worth.
 *
 * @param monitor its id, which decides where in the interval it begins
 * @param place what of it, which decides how much later
 * @param isNew it was made within the last interval: its first measurement is due at once
 */
export function dueTick(
  monitor: string,
  place: string,
  intervalSec: number,
  { nowMs, isNew = false }: { readonly nowMs: number; readonly isNew?: boolean },
): Tick | null {
  const intervalMs = 1000 * intervalSec;
  const share = chanceOf(monitor) + spread * chanceOf(`${monitor}/${place}`);
  const offsetMs = Math.round(intervalMs * share);
  const number = Math.floor((nowMs - offsetMs) / intervalMs);
  const atMs = number * intervalMs + offsetMs;
  return isNew || nowMs - atMs <= lateShare * intervalMs ? { number, atMs } : null;
}

/** A result that is older than this says nothing about now: two were missed, and a third is late. */
export function staleAfterMs(intervalSec: number): number {
  return 2.5 * 1000 * intervalSec + 60_000;
}
