/**
 * What statistics ask of the visits of a range: rows of sums, made by the database from the counted hours and days and
 * the shapes. Each question is one statement that reads every counter once, for there are many more counters than
 * shapes: what is asked of a shape is worked out before the counters are met, or after they are summed.
 */
import { type Expression, type Kysely, type QueryCreator, sql } from 'kysely';
import { type Path, paths } from '../../contract/basics.ts';
import type { VisitFilter } from './run-filter.ts';
import type { ShapeFindingsTable, ShapeOutcomesTable, Tables, VisitShapesTable } from './tables.ts';
import type { TimeRange } from './utc.ts';
import type { BucketSize } from './visit-counts.ts';
import { attemptsOver, type ReadFilter, shapesMeant, triesOf, visitsIn } from './visits-in.ts';

type Db = Kysely<Tables>;

/** Faults of the tool are no outcome of the network: they are counted apart. */
export interface Outcomes {
  readonly succeeded: number;
  readonly attempts: number;
  readonly faults: number;
}

export interface PathInBucket extends Outcomes {
  readonly bucket: string;
  readonly path: Path;
}

const { ref } = sql;
const ours = sql<boolean>`(${ref('shape_outcomes.blame')} is not null and ${ref('shape_outcomes.blame')} = 'tool')`;
const times = ref<number>('shape_outcomes.times');
/** How many of an outcome’s attempts are which; null, which no sum sees, instead of 0. */
const counted = {
  succeeded: sql<number>`case when not ${ours} then ${times} * ${ref('shape_outcomes.succeeded')} end`,
  attempts: sql<number>`case when not ${ours} then ${times} end`,
  faults: sql<number>`case when ${ours} then ${times} end`,
} as const;
const outcomes = ['succeeded', 'attempts', 'faults'] as const satisfies (keyof Outcomes)[];

/** In order of time. */
export async function pathsByBucket(
  db: Db,
  filter: ReadFilter,
  range: TimeRange,
  size: BucketSize,
): Promise<PathInBucket[]> {
  const asked = filter.path === undefined ? paths : [filter.path];
  const columns = asked.flatMap((path) =>
    outcomes.map((outcome) => ({ path, outcome, name: columnOf(path, outcome) })),
  );
  // One row an outline, whatever its visits tried: a counter meets no more than one.
  const ends = db
    .selectFrom('shape_outcomes')
    .innerJoin('visit_shapes', 'visit_shapes.id', 'shape_outcomes.shape')
    .where('visit_shapes.outline', 'is', null)
    .where(shapesMeant(filter))
    .where(attemptsOver(filter.path))
    .select('shape_outcomes.shape')
    .select((eb) =>
      columns.map(({ path, outcome, name }) => {
        const ofPath = sql<number>`case when ${ref('shape_outcomes.path')} = ${path} then ${counted[outcome]} end`;
        // Products of small integers are many times faster than those of what a sum has in PostgreSQL.
        return eb.cast<number | null>(eb.fn.sum(ofPath), 'integer').as(name);
      }),
    )
    .groupBy('shape_outcomes.shape');
  const rows = await db
    .selectFrom(visitsIn(db, filter, range, { detail: 'outline', size }).as('visits'))
    .innerJoin(ends.as('ends'), 'ends.shape', 'visits.shape')
    .select('visits.bucket')
    .select(
      columns.map(({ name }) =>
        sql<number | null>`sum(${ref('visits.visits')} * ${ref(`ends.${name}`)})`.as(name),
      ),
    )
    .groupBy('visits.bucket')
    .orderBy('visits.bucket')
    .execute();
  return rows.flatMap(({ bucket, ...row }) =>
    asked
      .map((path) => ({
        bucket,
        path,
        succeeded: row[columnOf(path, 'succeeded')] ?? 0,
        attempts: row[columnOf(path, 'attempts')] ?? 0,
        faults: row[columnOf(path, 'faults')] ?? 0,
      }))
      .filter(anyLeft),
  );
}

function columnOf<O extends keyof Outcomes>(path: Path, outcome: O) {
  return `${path}_${outcome}` as const;
}

/** Reports that were deleted take their visits back; what nobody came to is no row. */
function anyLeft({ attempts, faults }: Outcomes): boolean {
  return attempts + faults > 0;
}

/** A row of the breakdown: of a path and NAT class, a server, a cause, a finding, or, where none is named, of all visits. */
export interface SumOfVisits extends Outcomes {
  readonly nat: VisitShapesTable['nat'];
  readonly path: ShapeOutcomesTable['path'];
  readonly url: ShapeOutcomesTable['url'];
  readonly transport: ShapeOutcomesTable['transport'];
  readonly cause: ShapeOutcomesTable['cause'];
  readonly blame: ShapeOutcomesTable['blame'];
  readonly finding: ShapeFindingsTable['cause'] | null;
  /** Of a cause, a finding, or all. */
  readonly visits: number;
}

/** Everything that a breakdown asks. */
export async function sumsOfVisits(db: Db, filter: ReadFilter, range: TimeRange): Promise<SumOfVisits[]> {
  const within = db.with(
    (cte) => cte('visits').materialized(),
    (creator) => shapesIn(creator, filter, range),
  );
  const visits = sql<number>`sum(${ref('visits.visits')})`;
  const ended = {
    succeeded: sumOfTries('succeeded'),
    attempts: sumOfTries('attempts'),
    faults: sumOfTries('faults'),
  };
  return within
    .selectFrom('visits')
    .select(columnsOf({ visits: sql<number>`coalesce(${visits}, 0)` }))
    .unionAll((eb) =>
      eb
        .selectFrom('visits')
        .innerJoin('shape_outcomes', 'shape_outcomes.shape', 'visits.shape')
        .where(attemptsOver(filter.path))
        .select(columnsOf({ nat: ref('visits.nat'), path: ref('shape_outcomes.path'), ...ended }))
        .groupBy(['visits.nat', 'shape_outcomes.path']),
    )
    .unionAll((eb) =>
      eb
        .selectFrom('visits')
        .innerJoin('shape_outcomes', 'shape_outcomes.shape', 'visits.shape')
        .where(triesOf(filter.server))
        .select(
          columnsOf({ url: ref('shape_outcomes.url'), transport: ref('shape_outcomes.transport'), ...ended }),
        )
        .groupBy(['shape_outcomes.url', 'shape_outcomes.transport']),
    )
    .unionAll((eb) =>
      eb
        .selectFrom('visits')
        .innerJoin(causesMet(db, filter).as('met'), 'met.shape', 'visits.shape')
        .select(columnsOf({ cause: ref('met.cause'), blame: ref('met.blame'), visits }))
        .groupBy(['met.cause', 'met.blame']),
    )
    .unionAll((eb) =>
      eb
        .selectFrom('visits')
        .innerJoin('shape_findings', 'shape_findings.shape', 'visits.shape')
        .select(columnsOf({ finding: ref('shape_findings.cause'), visits }))
        .groupBy('shape_findings.cause'),
    )
    .$castTo<SumOfVisits>()
    .execute();
}

function sumOfTries(outcome: keyof Outcomes) {
  return sql<number>`coalesce(sum(${ref('visits.visits')} * ${counted[outcome]}), 0)`;
}

type SumColumns = { readonly [K in keyof SumOfVisits]: Expression<SumOfVisits[K]> };
const [unnamed, none] = [sql<null>`null`, sql<number>`0`];
const nothing: SumColumns = {
  nat: unnamed,
  path: unnamed,
  url: unnamed,
  transport: unnamed,
  cause: unnamed,
  blame: unnamed,
  finding: unnamed,
  visits: none,
  succeeded: none,
  attempts: none,
  faults: none,
};

/** All columns of {@link SumOfVisits}, in one order. */
function columnsOf(own: Partial<SumColumns>) {
  return Object.entries({ ...nothing, ...own }).map(([name, value]) =>
    sql<SumOfVisits[keyof SumOfVisits]>`${value}`.as(name as keyof SumOfVisits),
  );
}

/** Failures of attempts and servers, each once a visit. */
function causesMet(db: QueryCreator<Tables>, filter: VisitFilter) {
  return db
    .selectFrom('shape_outcomes')
    .select(['shape_outcomes.shape', 'shape_outcomes.cause', 'shape_outcomes.blame'])
    .distinct()
    .where('shape_outcomes.cause', 'is not', null)
    .where('shape_outcomes.blame', 'is not', null)
    .where((eb) => eb.or([attemptsOver(filter.path), triesOf(filter.server)]));
}

/** How many visits of the range had each of the shapes that the filter means. */
function shapesIn(db: QueryCreator<Tables>, filter: ReadFilter, range: TimeRange) {
  const sums = db
    .selectFrom(visitsIn(db, filter, range, { detail: 'full', size: 'day' }).as('each'))
    .select((eb) => ['each.shape', eb.fn.sum<number>('each.visits').as('visits')])
    .groupBy('each.shape')
    .having((eb) => eb(eb.fn.sum<number>('each.visits'), '>', 0));
  return db
    .selectFrom(sums.as('sums'))
    .innerJoin('visit_shapes', 'visit_shapes.id', 'sums.shape')
    .where(shapesMeant(filter))
    .select(['sums.shape', 'visit_shapes.nat', 'sums.visits']);
}
