/**
 * The visits of a range as the tables have them: how many of which shape, from the counted hours and days. Only the ends
 * of the range, less than an hour each, and the few visits by a link are read one by one.
 */
import {
  type Expression,
  expressionBuilder,
  type NotNull,
  type QueryCreator,
  type SqlBool,
  sql,
} from 'kysely';
import { inProjects, type Reads } from './projects-read.ts';
import type { VisitFilter } from './run-filter.ts';
import type { Tables, VisitCountsTable } from './tables.ts';
import type { TimeRange } from './utc.ts';
import { type BucketSize, nameLength } from './visit-counts.ts';
import { cutRange } from './visit-range.ts';

type Db = QueryCreator<Tables>;

/** @see Reads */
export interface ReadFilter extends VisitFilter {
  readonly reads?: Reads;
}

/** Rows of bucket, shape and number of visits; several may be of the same bucket and shape. */
export function visitsIn(
  db: Db,
  { link, reads = 'all' }: ReadFilter,
  range: TimeRange,
  { detail, size }: Pick<VisitCountsTable, 'detail' | 'size'>,
) {
  const reports = ({ since, until }: TimeRange) =>
    db
      .selectFrom('runs')
      .innerJoin('visit_shapes', 'visit_shapes.id', 'runs.shape')
      .where('runs.kind', '=', 'visit-report')
      .where(inProjects('runs.project', reads))
      .where('runs.counted_at', '>=', since)
      .where('runs.counted_at', '<', until)
      .$if(link !== undefined, (visits) => visits.where('runs.link_id', '=', link ?? ''))
      .select([
        startOf('runs.counted_at', size).as('bucket'),
        detail === 'full' ? 'visit_shapes.id as shape' : 'visit_shapes.outline as shape',
        sql<number>`1`.as('visits'),
      ])
      .$narrowType<{ shape: NotNull }>();
  if (link !== undefined) return reports(range);
  const counted = (unit: BucketSize, { since, until }: TimeRange) => {
    const bucket = unit === size ? sql.ref<string>('bucket') : startOf('bucket', size);
    return db
      .selectFrom('visit_counts')
      .where('detail', '=', detail)
      .where('size', '=', unit)
      .where(inProjects('visit_counts.project', reads))
      .where('bucket', '>=', since.slice(0, nameLength[unit]))
      .where('bucket', '<', until.slice(0, nameLength[unit]))
      .select([bucket.as('bucket'), 'shape', 'visits']);
  };
  const { firstReports, firstHours, days, lastHours, lastReports } = cutRange(range, size);
  const parts = [
    ...[firstHours, lastHours].filter(isSome).map((hours) => counted('hour', hours)),
    ...[days].filter(isSome).map((whole) => counted('day', whole)),
    ...[lastReports].filter(isSome).map(reports),
  ];
  return parts.reduce((all, part) => all.unionAll(part), reports(firstReports));
}

function isSome({ since, until }: TimeRange): boolean {
  return since < until;
}

function startOf(column: 'runs.counted_at' | 'bucket', size: BucketSize) {
  return sql<string>`substr(${sql.ref(column)}, 1, ${sql.lit(nameLength[size])})`;
}

/** For queries that select from `visit_shapes`, joined or alone. */
export function shapesMeant({ path, nat, server }: VisitFilter): Expression<SqlBool> {
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

export function attemptsOver(path: VisitFilter['path']): Expression<SqlBool> {
  return ofShape.and([
    ofShape('shape_outcomes.subject', '=', 'attempt'),
    ...(path === undefined ? [] : [ofShape('shape_outcomes.path', '=', path)]),
  ]);
}

export function triesOf(server: VisitFilter['server']): Expression<SqlBool> {
  return ofShape.and([
    ofShape('shape_outcomes.subject', '=', 'server'),
    ...(server === undefined ? [] : [ofShape('shape_outcomes.url', '=', server)]),
  ]);
}
