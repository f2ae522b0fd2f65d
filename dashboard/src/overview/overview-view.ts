import { z } from 'zod';
import { timeRanges } from '../search/time-range.ts';

/** What the Overview’s chart shows; the Overview’s URL holds it. */
export const overviewViewSchema = z.object({
  bucket: z.enum(['hour', 'day']).catch('hour'),
  range: z.enum(timeRanges).catch('24h'),
});
export type OverviewView = z.infer<typeof overviewViewSchema>;
