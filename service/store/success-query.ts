import type { Kysely } from 'kysely';
import { paths } from '../../contract/basics.ts';
import type { SuccessQuery, SuccessSeries } from '../../contract/runs.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import type { Tables } from './tables.ts';
import { laterUtc, toUtc } from './utc.ts';
import { visitHours } from './visit-hours.ts';
import type { Outcomes, TimeRange, VisitTally } from './visit-tally.ts';

const dayMs = 86_400_000;
const buckets = {
  /** `prefix`: how much of a UTC time names its bucket; `rest` makes that prefix a time again. */
  hour: { lengthMs: 3_600_000, prefix: 13, rest: ':00:00.000Z', defaultMs: 14 * dayMs },
  day: { lengthMs: dayMs, prefix: 10, rest: 'T00:00:00.000Z', defaultMs: 366 * dayMs },
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
): Promise<SuccessSeries> {
  const { prefix, rest } = buckets[query.bucket];
  const hours = await visitHours(db, query, successRange(query, now));
  const inBuckets = new Map<string, VisitTally['attempts']>();
  for (const [hour, { attempts }] of [...hours].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const bucket = hour.slice(0, prefix);
    inBuckets.set(bucket, [...(inBuckets.get(bucket) ?? []), ...attempts]);
  }
  const series = paths.flatMap((path) => {
    const points = [...inBuckets].flatMap(([bucket, rows]) => {
      const own = rows.filter((row) => row.path === path);
      return own.length === 0 ? [] : [{ at: `${bucket}${rest}`, own }];
    });
    if (points.length === 0) return [];
    const all = points.flatMap(({ own }) => own);
    return [
      {
        path,
        total: rateOf(all),
        harnessFaults: all.reduce((sum, { faults }) => sum + faults, 0),
        points: points.map(({ at, own }) => ({ at, ...rateOf(own) })).filter(({ attempts }) => attempts > 0),
      },
    ];
  });
  return { bucket: query.bucket, series };
}

function rateOf(rows: readonly Outcomes[]) {
  const sum = (key: 'succeeded' | 'attempts') => rows.reduce((total, row) => total + row[key], 0);
  return wilsonRate(sum('succeeded'), sum('attempts'));
}
