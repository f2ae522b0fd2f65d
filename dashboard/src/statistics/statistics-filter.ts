/** What the Statistics page shows; its URL holds it. */
import { z } from 'zod';
import { idSchema, pathSchema } from '../../../contract/basics.ts';
import type { BreakdownQuery } from '../../../contract/breakdown.ts';
import { natClasses } from '../../../contract/runs.ts';
import { sinceOf, timeRanges } from '../search/time-range.ts';

export const statisticsFilterSchema = z.object({
  range: z.enum(timeRanges).catch('7d'),
  bucket: z.enum(['hour', 'day']).catch('day'),
  link: idSchema.optional().catch(undefined),
  path: pathSchema.optional().catch(undefined),
  nat: z.enum(natClasses).optional().catch(undefined),
  server: z.string().max(300).optional().catch(undefined),
});
export type StatisticsFilter = z.infer<typeof statisticsFilterSchema>;

/** Without the choice of points on the time axis. */
export function breakdownOf(filter: StatisticsFilter, nowMs: number): BreakdownQuery {
  const { range, bucket: _bucket, ...visits } = filter;
  const given = Object.entries(visits).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), since: sinceOf(range, nowMs) };
}
