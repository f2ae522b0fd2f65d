/**
 * What statistics ask of the visits of a range: rows of sums, made by the database from the counted hours and days and
 * the shapes. Only the ends of the range, less than an hour each, and the few visits by a link are read one by one.
 */
import { type Expression, expressionBuilder, type Kysely, type NotNull, type SqlBool, sql } from 'kysely';
import type { VisitFilter } from './run-filter.ts';
import type { Tables, VisitCountsTable } from './tables.ts';
import type { TimeRange } from './utc.ts';
import { type BucketSize, nameLength } from './visit-counts.ts';
import { cutRange } from './visit-range.ts';

type Db = Kysely<Tables>;

/** Faults of the tool are no outcome of the network: they are counted apart. */
export interface Outcomes {
  readonly succeeded: number;
  readonly attempts: number;
  readonly faults: number;
}

export function pathsByBucket(db: Db, filter: VisitFilter, range: TimeRange, size: BucketSize) {
  return db
    .selectFrom(visitsIn(db, filter, range, { detail: 'outline', size }).as('visits'))
    .innerJoin('visit_shapes', 'visit_shapes.id', 'visits.shape')
    .innerJoin('shape_outcomes', 'shape_outcomes.shape', 'visits.shape')
    .where(shapesMeant(filter))
    .where(attemptsOver(filter.path))
    .select(['visits.bucket', 'shape_outcomes.path', ...outcomes])
    .groupBy(['visits.bucket', 'shape_outcomes.path'])
    .having(anyLeft)
    .$narrowType<{ path: NotNull }>()
    .orderBy('visits.bucket')
    .execute();
}

export async function countVisits(db: Db, filter: VisitFilter, range: TimeRange): Promise<number> {
  const { total } = await db
    .selectFrom(shapesIn(db, filter, range).as('visits'))
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('visits.visits'), sql.lit(0)).as('total'))
    .executeTakeFirstOrThrow();
  return total;
}

export function pathsByNat(db: Db, filter: VisitFilter, range: TimeRange) {
  return db
    .selectFrom(shapesIn(db, filter, range).as('visits'))
    .innerJoin('shape_outcomes', 'shape_outcomes.shape', 'visits.shape')
    .where(attemptsOver(filter.path))
    .select(['visits.nat', 'shape_outcomes.path', ...outcomes])
    .groupBy(['visits.nat', 'shape_outcomes.path'])
    .having(anyLeft)
    .$narrowType<{ path: NotNull }>()
    .execute();
}

export function serverOutcomes(db: Db, filter: VisitFilter, range: TimeRange) {
  return db
    .selectFrom(shapesIn(db, filter, range).as('visits'))
    .innerJoin('shape_outcomes', 'shape_outcomes.shape', 'visits.shape')
    .where(triesOf(filter.server))
    .select(['shape_outcomes.url', 'shape_outcomes.transport', ...outcomes])
    .groupBy(['shape_outcomes.url', 'shape_outcomes.transport'])
    .having(anyLeft)
    .$narrowType<{ url: NotNull; transport: NotNull }>()
    .execute();
}

/** Failures of attempts and servers, each once a visit. */
export function causesMet(db: Db, filter: VisitFilter, range: TimeRange) {
  const met = db
    .selectFrom('shape_outcomes')
    .select(['shape_outcomes.shape', 'shape_outcomes.cause', 'shape_outcomes.blame'])
    .distinct()
    .where('shape_outcomes.cause', 'is not', null)
    .where((eb) => eb.or([attemptsOver(filter.path), triesOf(filter.server)]));
  return db
    .selectFrom(shapesIn(db, filter, range).as('visits'))
    .innerJoin(met.as('met'), 'met.shape', 'visits.shape')
    .where('met.blame', 'is not', null)
    .select((eb) => ['met.cause as code', 'met.blame', eb.fn.sum<number>('visits.visits').as('visits')])
    .groupBy(['met.cause', 'met.blame'])
    .$narrowType<{ code: NotNull; blame: NotNull }>()
    .execute();
}

/** What visitors were told, each once a visit. */
export function findingsTold(db: Db, filter: VisitFilter, range: TimeRange) {
  return db
    .selectFrom(shapesIn(db, filter, range).as('visits'))
    .innerJoin('shape_findings', 'shape_findings.shape', 'visits.shape')
    .select((eb) => ['shape_findings.cause as id', eb.fn.sum<number>('visits.visits').as('visits')])
    .groupBy('shape_findings.cause')
    .execute();
}

/** How many visits of the range had each of the shapes that the filter means. */
function shapesIn(db: Db, filter: VisitFilter, range: TimeRange) {
  return db
    .selectFrom(visitsIn(db, filter, range, { detail: 'full', size: 'day' }).as('each'))
    .innerJoin('visit_shapes', 'visit_shapes.id', 'each.shape')
    .where(shapesMeant(filter))
    .select((eb) => ['each.shape', 'visit_shapes.nat', eb.fn.sum<number>('each.visits').as('visits')])
    .groupBy(['each.shape', 'visit_shapes.nat'])
    .having((eb) => eb(eb.fn.sum<number>('each.visits'), '>', 0));
}

/** Rows of bucket, shape and number of visits; several may be of the same bucket and shape. */
function visitsIn(
  db: Db,
  { link }: VisitFilter,
  range: TimeRange,
  { detail, size }: Pick<VisitCountsTable, 'detail' | 'size'>,
) {
  const reports = ({ since, until }: TimeRange) =>
    db
      .selectFrom('runs')
      .where('kind', '=', 'visit-report')
      .where('counted_at', '>=', since)
      .where('counted_at', '<', until)
      .$if(link !== undefined, (visits) => visits.where('link_id', '=', link ?? ''))
      .select([bucketOf('counted_at', size), 'shape', sql<number>`1`.as('visits')])
      .$narrowType<{ shape: NotNull }>();
  if (link !== undefined) return reports(range);
  const counted = (unit: BucketSize, { since, until }: TimeRange) =>
    db
      .selectFrom('visit_counts')
      .where('detail', '=', detail)
      .where('size', '=', unit)
      .where('bucket', '>=', since.slice(0, nameLength[unit]))
      .where('bucket', '<', until.slice(0, nameLength[unit]))
      .select([bucketOf('bucket', size), 'shape', 'visits']);
  const { firstReports, firstHours, days, lastHours, lastReports } = cutRange(range, size);
  return reports(firstReports)
    .unionAll(counted('hour', firstHours))
    .unionAll(counted('day', days))
    .unionAll(counted('hour', lastHours))
    .unionAll(reports(lastReports));
}

function bucketOf(column: 'counted_at' | 'bucket', size: BucketSize) {
  return sql<string>`substr(${sql.ref(column)}, 1, ${sql.lit(nameLength[size])})`.as('bucket');
}

/** For queries that select from `visit_shapes`, joined or alone. */
function shapesMeant({ path, nat, server }: VisitFilter): Expression<SqlBool> {
  const shapes = expressionBuilder<Tables, 'visit_shapes'>();
  const hasOutcome = (condition: Expression<SqlBool>) =>
    shapes.exists(
      shapes
        .selectFrom('shape_outcomes')
        .select('shape_outcomes.shape')
        .whereRef('shape_outcomes.shape', '=', 'visit_shapes.id')
        .where(condition),
    );
  return shapes.and([
    ...(nat === 'untested' ? [shapes('visit_shapes.nat', 'is', null)] : []),
    ...(nat !== undefined && nat !== 'untested' ? [shapes('visit_shapes.nat', '=', nat)] : []),
    ...(path === undefined ? [] : [hasOutcome(attemptsOver(path))]),
    ...(server === undefined ? [] : [hasOutcome(triesOf(server))]),
  ]);
}

const ofShape = expressionBuilder<Tables, 'shape_outcomes'>();

function attemptsOver(path: VisitFilter['path']): Expression<SqlBool> {
  return ofShape.and([
    ofShape('shape_outcomes.subject', '=', 'attempt'),
    ...(path === undefined ? [] : [ofShape('shape_outcomes.path', '=', path)]),
  ]);
}

function triesOf(server: VisitFilter['server']): Expression<SqlBool> {
  return ofShape.and([
    ofShape('shape_outcomes.subject', '=', 'server'),
    ...(server === undefined ? [] : [ofShape('shape_outcomes.url', '=', server)]),
  ]);
}

const tries = sql<number>`visits.visits * shape_outcomes.times`;
const ours = sql<boolean>`(shape_outcomes.blame is not null and shape_outcomes.blame = 'tool')`;
const outcomes = [
  sql<number>`sum(case when ${ours} then ${tries} else 0 end)`.as('faults'),
  sql<number>`sum(case when ${ours} then 0 else ${tries} end)`.as('attempts'),
  sql<number>`sum(case when ${ours} then 0 else ${tries} * shape_outcomes.succeeded end)`.as('succeeded'),
] as const;
/** Reports that were deleted take their visits back; what nobody came to is no row. */
const anyLeft = sql<SqlBool>`sum(${tries}) > 0`;
