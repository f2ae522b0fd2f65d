/** The last 90 days of a monitor as places of a row of bars. Pure. */
import type { PublicStatus } from '../../contract/fleet/monitor.ts';

export type StatusMonitor = PublicStatus['monitors'][number];
export type StatusDay = StatusMonitor['days'][number];

const dayMs = 86_400_000;
export const shownDays = 90;
/** Below it a day is shown as bad. */
const badBelow = 0.95;

/** One place a day (UTC), today last; null where nothing was measured. */
export function daySlots(days: readonly StatusDay[], now: string): (StatusDay | null)[] {
  const today = Math.floor(Date.parse(now) / dayMs);
  const found = new Map(days.map((day) => [Math.floor(Date.parse(day.at) / dayMs), day]));
  return Array.from({ length: shownDays }, (_, index) => {
    const day = found.get(today - shownDays + 1 + index);
    return day === undefined || day.attempts === 0 ? null : day;
  });
}

/** ISO date of a place. */
export function dateOfSlot(index: number, now: string): string {
  const today = Math.floor(Date.parse(now) / dayMs);
  return new Date((today - shownDays + 1 + index) * dayMs).toISOString();
}

export const dayTones = ['ok', 'warned', 'failed', 'none'] as const;
export type DayTone = (typeof dayTones)[number];

export function dayTone(day: StatusDay | null): DayTone {
  if (day === null) return 'none';
  if (day.succeeded === day.attempts) return 'ok';
  return shareOf(day) < badBelow ? 'failed' : 'warned';
}

/** 0–1. */
export function shareOf({ succeeded, attempts }: StatusDay): number {
  return attempts === 0 ? 0 : succeeded / attempts;
}

export interface DaysSum {
  readonly measured: number;
  readonly succeeded: number;
  readonly attempts: number;
  /** Days with failures, worst first. */
  readonly bad: readonly StatusDay[];
}

export function sumDays(slots: readonly (StatusDay | null)[]): DaysSum {
  const days = slots.filter((day) => day !== null);
  return {
    measured: days.length,
    succeeded: days.reduce((sum, { succeeded }) => sum + succeeded, 0),
    attempts: days.reduce((sum, { attempts }) => sum + attempts, 0),
    bad: days.filter((day) => dayTone(day) !== 'ok').toSorted((a, b) => shareOf(a) - shareOf(b)),
  };
}
