/** Wall times as people read them. */
const moment = new Intl.DateTimeFormat('en-GB', {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  // Whoever reads it compares it with a log, often of another country.
  timeZoneName: 'short',
});
const short = new Intl.DateTimeFormat('en-GB', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { month: 'short', day: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** `22 Nov 2026, 15:49:52 GMT+9`; time and zone stay on one line. */
export const formatMoment = (time: string | number): string =>
  moment.format(new Date(time)).replace(/ (?=\S+$)/, '\u00a0');
export const formatShortMoment = (time: string | number): string => short.format(new Date(time));
export const formatDay = (time: number): string => day.format(time);
export const formatClock = (time: number): string => clock.format(time);

const steps = [
  { unit: 'second', ms: 1000, below: 60_000 },
  { unit: 'minute', ms: 60_000, below: 3_600_000 },
  { unit: 'hour', ms: 3_600_000, below: 86_400_000 },
  { unit: 'day', ms: 86_400_000, below: 30 * 86_400_000 },
] as const;

/** `5 min ago`; older than 30 days: the date. */
export function formatAgo(time: string, nowMs: number): string {
  const behindMs = nowMs - Date.parse(time);
  for (const { unit, ms, below } of steps) {
    if (Math.abs(behindMs) < below) return relative.format(-Math.round(behindMs / ms), unit);
  }
  return formatMoment(time);
}
