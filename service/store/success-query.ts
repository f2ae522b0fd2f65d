import { type Kysely, sql } from 'kysely';
import { paths } from '../../contract/basics.ts';
import type { SuccessQuery, SuccessSeries } from '../../contract/runs.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import { ofVisits } from './run-filter.ts';
import type { Tables } from './tables.ts';
import { laterUtc, toUtc } from './utc.ts';

const dayMs = 86_400_000;
const buckets = {
  /** `prefix`: how much of a UTC time names its bucket; `rest` makes that prefix a time again. */
  hour: { lengthMs: 3_600_000, prefix: 13, rest: ':00:00.000Z', defaultMs: 14 * dayMs },
  day: { lengthMs: dayMs, prefix: 10, rest: 'T00:00:00.000Z', defaultMs: 366 * dayMs },
} as const;
/** Longest series that is answered; a wider range is cut at its old end. */
const maxBuckets = 2000;

export interface SuccessRange {
  readonly since: string;
  readonly until: string;
}

/** The range that a query means, in UTC and never longer than {@link maxBuckets} buckets. */
export function successRange(query: SuccessQuery, now: Date): SuccessRange {
  const { lengthMs, defaultMs } = buckets[query.bucket];
  // One millisecond past now: `until` is exclusive and a report stored this instant counts.
  const until =
    query.until === undefined ? new Date(now.getTime() + 1).toISOString() : toUtc(query.until, now);
  const untilMs = Date.parse(until);
  const oldest = new Date(Math.max(0, untilMs - maxBuckets * lengthMs)).toISOString();
  const wanted =
    query.since === undefined
      ? new Date(Math.max(0, untilMs - defaultMs)).toISOString()
      : toUtc(query.since, new Date(0));
  return { since: laterUtc(wanted, oldest), until };
}

/** Rates per path and bucket. Attempts that failed by the tool’s own fault are counted apart, not in the rate. */
export async function successSeries(
  db: Kysely<Tables>,
  query: SuccessQuery,
  now: Date,
): Promise<SuccessSeries> {
  const { prefix, rest } = buckets[query.bucket];
  const { since, until } = successRange(query, now);
  const bucket = sql<string>`substr(attempts.counted_at, 1, ${sql.lit(prefix)})`;
  const ours = sql`attempts.blame is not null and attempts.blame = 'tool'`;
  const { path } = query;
  const rows = await db
    .selectFrom('attempts')
    .innerJoin('runs', 'runs.id', 'attempts.run_id')
    .select([
      'attempts.path',
      bucket.as('bucket'),
      sql<number>`sum(case when ${ours} then 1 else 0 end)`.as('faults'),
      sql<number>`sum(case when ${ours} then 0 else 1 end)`.as('attempts'),
      sql<number>`sum(case when ${ours} then 0 else attempts.succeeded end)`.as('succeeded'),
    ])
    .where(ofVisits(query))
    .$if(path !== undefined, (qb) => qb.where('attempts.path', '=', path ?? 'mesh'))
    .where('attempts.counted_at', '>=', since)
    .where('attempts.counted_at', '<', until)
    .groupBy(['attempts.path', bucket])
    .orderBy(bucket)
    .execute();
  const series = paths.flatMap((path) => {
    const own = rows.filter((row) => row.path === path);
    if (own.length === 0) return [];
    const sum = (key: 'attempts' | 'succeeded' | 'faults') =>
      own.reduce((total, row) => total + Number(row[key]), 0);
    return [
      {
        path,
        total: wilsonRate(sum('succeeded'), sum('attempts')),
        harnessFaults: sum('faults'),
        points: own
          .filter((row) => Number(row.attempts) > 0)
          .map((row) => ({
            at: `${row.bucket}${rest}`,
            ...wilsonRate(Number(row.succeeded), Number(row.attempts)),
          })),
      },
    ];
  });
  return { bucket: query.bucket, series };
}
