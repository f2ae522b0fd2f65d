/** Time ranges that end now; short names, because they stand in the URL. */
export const timeRanges = ['1h', '24h', '7d', '30d', '90d'] as const;
export type TimeRange = (typeof timeRanges)[number];

const hourMs = 3_600_000;
export const rangeMs: Readonly<Record<TimeRange, number>> = {
  '1h': hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * 24 * hourMs,
  '30d': 30 * 24 * hourMs,
  '90d': 90 * 24 * hourMs,
};

/** Start of the range as ISO time. */
export function sinceOf(range: TimeRange, nowMs: number): string {
  return new Date(nowMs - rangeMs[range]).toISOString();
}
