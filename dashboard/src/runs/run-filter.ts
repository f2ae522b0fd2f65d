/** What the Runs list shows; its URL holds it. */
import { z } from 'zod';
import { headlineSchema, pathSchema } from '../../../contract/basics.ts';
import { envelopeKinds } from '../../../contract/envelope.ts';
import { type RunQuery, runSortKeys } from '../../../contract/runs.ts';
import { sinceOf, timeRanges } from '../search/time-range.ts';

export const runsPerPage = 25;

export const runFilterSchema = z.object({
  kind: z.enum(envelopeKinds).optional().catch(undefined),
  status: headlineSchema.shape.status.optional().catch(undefined),
  path: pathSchema.optional().catch(undefined),
  q: z.string().max(100).optional().catch(undefined),
  /** A range that ends now; wins over `since` and `until`. */
  range: z.enum(timeRanges).optional().catch(undefined),
  since: z.iso.datetime({ offset: true }).optional().catch(undefined),
  until: z.iso.datetime({ offset: true }).optional().catch(undefined),
  sort: z.enum(runSortKeys).catch('at'),
  order: z.enum(['asc', 'desc']).catch('desc'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
export type RunFilter = z.infer<typeof runFilterSchema>;

/** Changes that take every filter away; sorting stays. */
export const noFilter = {
  kind: undefined,
  status: undefined,
  path: undefined,
  q: undefined,
  range: undefined,
  since: undefined,
  until: undefined,
  page: 1,
} as const;

export function isFiltered(filter: RunFilter): boolean {
  const { kind, status, path, q, range, since, until } = filter;
  return [kind, status, path, q, range, since, until].some((value) => value !== undefined && value !== '');
}

/** The contract’s query for a filter at a moment. */
export function queryOf(filter: RunFilter, nowMs: number): Partial<RunQuery> {
  const since = filter.range === undefined ? filter.since : sinceOf(filter.range, nowMs);
  return {
    ...(filter.kind !== undefined && { kind: filter.kind }),
    ...(filter.status !== undefined && { status: filter.status }),
    ...(filter.path !== undefined && { path: filter.path }),
    ...(filter.q !== undefined && filter.q !== '' && { q: filter.q }),
    ...(since !== undefined && { since }),
    ...(filter.range === undefined && filter.until !== undefined && { until: filter.until }),
    sort: filter.sort,
    order: filter.order,
    limit: runsPerPage,
    offset: (filter.page - 1) * runsPerPage,
  };
}
