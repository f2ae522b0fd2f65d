/**
 * Hours that are over are counted once: their tallies are kept in `visit_hours`, so that a statistic over a month reads
 * some hundred small rows and not every visit. Storing or deleting a report forgets its hour.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { VisitFilter } from './run-filter.ts';
import type { Tables } from './tables.ts';
import { laterUtc } from './utc.ts';
import { hourLength, type TimeRange, tallyHours, type VisitTally } from './visit-tally.ts';

type Db = Kysely<Tables>;
type Hours = ReadonlyMap<string, VisitTally>;

const hourMs = 3_600_000;
/** Hours that are counted at a time; the service answers others in between. */
const chunkHours = 24;
/** Of a longer range every visit is counted anew. */
const mostHours = 400 * 24;

/** By hour, whole ones and what the range takes of its first and last one. An hour without visits is not there. */
export async function visitHours(db: Db, filter: VisitFilter, range: TimeRange): Promise<Hours> {
  const oldest = await oldestVisit(db, range);
  if (oldest === undefined) return new Map();
  const [sinceMs, untilMs] = [Date.parse(laterUtc(range.since, oldest)), Date.parse(range.until)];
  const [first, end] = [Math.ceil(sinceMs / hourMs), Math.floor(untilMs / hourMs)];
  if (first >= end || end - first > mostHours || !(await isKept(db, filter))) {
    return tallyHours(db, filter, range);
  }
  const [wholeFrom, wholeTo] = [timeOf(first), timeOf(end)];
  const parts = [
    await tallyHours(db, filter, { since: range.since, until: wholeFrom }),
    await wholeHours(db, filter, first, end),
    await tallyHours(db, filter, { since: wholeTo, until: range.until }),
  ];
  return new Map(parts.flatMap((part) => [...part]));
}

/** When the statistics begin, whatever their filter; undefined: no visit is in the range. */
async function oldestVisit(db: Db, { since, until }: TimeRange): Promise<string | undefined> {
  const visits = db.selectFrom('runs').select('counted_at').where('kind', '=', 'visit-report');
  const inRange = visits.where('counted_at', '>=', since).where('counted_at', '<', until);
  return (await inRange.orderBy('counted_at').limit(1).executeTakeFirst())?.counted_at;
}

/** To be called in the transaction that stores or deletes a visit of that time. */
export async function forgetHour(db: Db, countedAt: string): Promise<void> {
  await db.deleteFrom('visit_hours').where('hour', '=', countedAt.slice(0, hourLength)).execute();
}

/** Few visits come by one link; and what was never tried needs no memory, whoever asks for it. */
async function isKept(db: Db, { link, server }: VisitFilter): Promise<boolean> {
  if (link !== undefined) return false;
  if (server === undefined) return true;
  const known = db.selectFrom('server_results').select('run_id').where('url', '=', server).limit(1);
  return (await known.executeTakeFirst()) !== undefined;
}

/** @param first and `end` (exclusive) count hours since 1970 */
async function wholeHours(db: Db, filter: VisitFilter, first: number, end: number): Promise<Hours> {
  const key = keyOf(filter);
  const known = await db
    .selectFrom('visit_hours')
    .select(['hour', 'tally'])
    .where('filter', '=', key)
    .where('hour', '>=', nameOf(first))
    .where('hour', '<', nameOf(end))
    .execute();
  const hours = new Map<string, VisitTally>();
  const counted = new Set<string>();
  for (const { hour, tally } of known) {
    counted.add(hour);
    // Written below: no other release’s shape, because a migration that changes it empties the table.
    if (tally !== null) hours.set(hour, JSON.parse(tally));
  }
  for (let from = first; from < end; ) {
    if (counted.has(nameOf(from))) from += 1;
    else {
      let to = from + 1;
      while (to < end && to - from < chunkHours && !counted.has(nameOf(to))) to += 1;
      for (const [hour, tally] of await countHours(db, filter, from, to)) hours.set(hour, tally);
      from = to;
      await breathe();
    }
  }
  return hours;
}

/** In one transaction: a report that comes meanwhile has to wait, or its hour would be kept without it. */
async function countHours(db: Db, filter: VisitFilter, from: number, to: number): Promise<Hours> {
  return db.transaction().execute(async (trx) => {
    const hours = await tallyHours(trx, filter, { since: timeOf(from), until: timeOf(to) });
    const rows = Array.from({ length: to - from }, (_, index) => {
      const hour = nameOf(from + index);
      const tally = hours.get(hour);
      return { hour, filter: keyOf(filter), tally: tally === undefined ? null : JSON.stringify(tally) };
    });
    await trx
      .insertInto('visit_hours')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return hours;
  });
}

function keyOf({ path, nat, server }: VisitFilter): string {
  return JSON.stringify([path ?? null, nat ?? null, server ?? null]);
}

function timeOf(hour: number): string {
  return new Date(hour * hourMs).toISOString();
}

function nameOf(hour: number): string {
  return timeOf(hour).slice(0, hourLength);
}
