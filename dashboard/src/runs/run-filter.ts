/** What the Runs list shows; its URL holds it. */
import { z } from 'zod';
import { headlineSchema, idSchema, pathSchema } from '../../../contract/basics.ts';
import { envelopeKinds } from '../../../contract/envelope.ts';
import { failureCodeSchema } from '../../../contract/failure-schema.ts';
import { natClasses, outcomes, type RunQuery, runSortKeys } from '../../../contract/runs.ts';
import { checkCauseIdSchema } from '../../../contract/visit-report.ts';
import { sinceOf, timeRanges } from '../search/time-range.ts';

export const runsPerPage = 25;

/** Filters that a bar, a link or another report leads to; on the page they only can be taken away. */
const narrowing = {
  link: idSchema.optional().catch(undefined),
  visitor: idSchema.optional().catch(undefined),
  nat: z.enum(natClasses).optional().catch(undefined),
  server: z.string().max(300).optional().catch(undefined),
  outcome: z.enum(outcomes).optional().catch(undefined),
  cause: failureCodeSchema.optional().catch(undefined),
  finding: checkCauseIdSchema.optional().catch(undefined),
} as const;
export type Narrowing = keyof typeof narrowing;
export const narrowings = Object.keys(narrowing) as Narrowing[];

export const runFilterSchema = z.object({
  kind: z.enum(envelopeKinds).optional().catch(undefined),
  status: headlineSchema.shape.status.optional().catch(undefined),
  path: pathSchema.optional().catch(undefined),
  ...narrowing,
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
  link: undefined,
  visitor: undefined,
  nat: undefined,
  server: undefined,
  outcome: undefined,
  cause: undefined,
  finding: undefined,
  q: undefined,
  range: undefined,
  since: undefined,
  until: undefined,
  page: 1,
} as const satisfies Partial<RunFilter>;

const filters = (Object.keys(noFilter) as (keyof typeof noFilter)[]).filter((name) => name !== 'page');

export function isFiltered(filter: RunFilter): boolean {
  return filters.some((name) => filter[name] !== undefined && filter[name] !== '');
}

/** The contract’s query for a filter at a moment. */
export function queryOf(filter: RunFilter, nowMs: number): Partial<RunQuery> {
  const { range, page, sort, order, since, until, ...rest } = filter;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && value !== '');
  const from = range === undefined ? since : sinceOf(range, nowMs);
  return {
    ...Object.fromEntries(given),
    ...(from !== undefined && { since: from }),
    ...(range === undefined && until !== undefined && { until }),
    sort,
    order,
    limit: runsPerPage,
    offset: (page - 1) * runsPerPage,
  };
}
