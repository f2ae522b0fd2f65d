/** From a bar to the reports behind it. Pure. */
import { type RunFilter, runFilterSchema } from '../runs/run-filter.ts';
import { writeSearch } from '../search/search-text.ts';
import type { StatisticsFilter } from './statistics-filter.ts';

/** Address of the Runs page with the visits of the statistic, narrowed to one bar. */
export function reportsBehind(filter: StatisticsFilter, bar: Partial<RunFilter>): string {
  const { bucket: _bucket, range, ...visits } = filter;
  const ofTime = bar.since === undefined ? { range } : {};
  const runs = { ...runFilterSchema.parse({}), ...ofTime, ...visits, kind: 'visit-report' as const, ...bar };
  return `/runs?${writeSearch(runFilterSchema, runs)}`;
}
