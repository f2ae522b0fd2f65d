import type { Kysely } from 'kysely';
import { paths } from '../../contract/basics.ts';
import type { SuccessQuery, SuccessSeries } from '../../contract/runs.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import type { Reads } from './projects-read.ts';
import type { Tables } from './tables.ts';
import { laterUtc, type TimeRange, toUtc } from './utc.ts';
import { type Outcomes, pathsByBucket } from './visit-statistics.ts';

const dayMs = 86_400_000;
const buckets = {
  /** `rest` makes the name of a bucket a time again. */
  hour: { lengthMs: 3_600_000, rest: ':00:00.000Z', defaultMs: 14 * dayMs },
  day: { lengthMs: dayMs, rest: 'T00:00:00.000Z', defaultMs: 366 * dayMs },
} as const;
/** Longest series that is answered; a wider range is cut at its old end. */
const maxBuckets = 2000;

/** The range that a query means, in UTC and never longer than {@link maxBuckets} buckets. */
function successRange(query: SuccessQuery, now: Date): TimeRange {
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
  reads: Reads = 'all',
): Promise<SuccessSeries> {
  const { bucket: size } = query;
  const rows = await pathsByBucket(db, { ...query, reads }, successRange(query, now), size);
  const series = paths.flatMap((path) => {
    const own = rows.filter((row) => row.path === path);
    if (own.length === 0) return [];
    const points = own.map(({ bucket, ...each }) => ({
      at: `${bucket}${buckets[size].rest}`,
      ...rateOf([each]),
    }));
    return [
      {
        path,
        total: rateOf(own),
        harnessFaults: own.reduce((sum, { faults }) => sum + faults, 0),
        points: points.filter(({ attempts }) => attempts > 0),
      },
    ];
  });
  return { bucket: size, series };
}

function rateOf(rows: readonly Outcomes[]) {
  const sum = (key: 'succeeded' | 'attempts') => rows.reduce((total, row) => total + row[key], 0);
  return wilsonRate(sum('succeeded'), sum('attempts'));
}
