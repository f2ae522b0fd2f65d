import { type Kysely, type RawBuilder, sql } from 'kysely';
import { paths } from '../../contract/basics.ts';
import { type Breakdown, type BreakdownQuery, longestBreakdown } from '../../contract/breakdown.ts';
import { natClasses } from '../../contract/runs.ts';
import { wilsonRate } from '../../contract/wilson.ts';
import { ofVisits, type VisitFilter } from './run-filter.ts';
import type { Tables } from './tables.ts';
import { toUtc } from './utc.ts';

type Db = Kysely<Tables>;

const defaultMs = 30 * 86_400_000;

interface Range {
  readonly since: string;
  readonly until: string;
}

export async function breakdown(db: Db, query: BreakdownQuery, now: Date): Promise<Breakdown> {
  const range = breakdownRange(query, now);
  const visits = await countVisits(db, query, range);
  return {
    visits,
    ...(await attemptGroups(db, query, range)),
    servers: await serverGroups(db, query, range),
    causes: await causes(db, query, range, visits),
    findings: await findings(db, query, range, visits),
  };
}

function breakdownRange(query: BreakdownQuery, now: Date): Range {
  // One millisecond past now: `until` is exclusive and a report stored this instant counts.
  const until =
    query.until === undefined ? new Date(now.getTime() + 1).toISOString() : toUtc(query.until, now);
  const oldest = new Date(Math.max(0, Date.parse(until) - defaultMs)).toISOString();
  return { since: query.since === undefined ? oldest : toUtc(query.since, new Date(0)), until };
}

async function countVisits(db: Db, filter: VisitFilter, { since, until }: Range): Promise<number> {
  // As attempts are counted: the run’s own clock, but never later than the moment of storing.
  const countedAt = sql<string>`case when runs.at < runs.stored_at then runs.at else runs.stored_at end`;
  const row = await db
    .selectFrom('runs')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where(ofVisits(filter))
    .where(countedAt, '>=', since)
    .where(countedAt, '<', until)
    .executeTakeFirstOrThrow();
  return Number(row.total);
}

async function attemptGroups(
  db: Db,
  filter: VisitFilter,
  { since, until }: Range,
): Promise<Pick<Breakdown, 'paths' | 'nats'>> {
  const rows = await db
    .selectFrom('attempts')
    .innerJoin('runs', 'runs.id', 'attempts.run_id')
    .select(['attempts.path', 'runs.nat_legacy', ...outcomes('attempts')])
    .where(ofVisits(filter))
    .$if(filter.path !== undefined, (qb) => qb.where('attempts.path', '=', filter.path ?? 'mesh'))
    .where('attempts.counted_at', '>=', since)
    .where('attempts.counted_at', '<', until)
    .groupBy(['attempts.path', 'runs.nat_legacy'])
    .execute();
  const nats = natClasses.flatMap((nat) =>
    paths.flatMap((path) => {
      const own = rows.filter((row) => row.path === path && (row.nat_legacy ?? 'untested') === nat);
      return own.length === 0 ? [] : [{ nat, path, ...groupOf(own) }];
    }),
  );
  return {
    nats,
    paths: paths.flatMap((path) => {
      const own = rows.filter((row) => row.path === path);
      return own.length === 0 ? [] : [{ path, ...groupOf(own) }];
    }),
  };
}

async function serverGroups(
  db: Db,
  filter: VisitFilter,
  { since, until }: Range,
): Promise<Breakdown['servers']> {
  const rows = await db
    .selectFrom('server_results')
    .innerJoin('runs', 'runs.id', 'server_results.run_id')
    .select(['server_results.url', 'server_results.transport', ...outcomes('server_results')])
    .where(ofVisits(filter))
    .$if(filter.server !== undefined, (qb) => qb.where('server_results.url', '=', filter.server ?? ''))
    .where('server_results.counted_at', '>=', since)
    .where('server_results.counted_at', '<', until)
    .groupBy(['server_results.url', 'server_results.transport'])
    .orderBy('attempts', 'desc')
    .orderBy('server_results.url')
    .limit(longestBreakdown)
    .execute();
  return rows.map((row) => ({ url: row.url, transport: row.transport, ...groupOf([row]) }));
}

async function causes(
  db: Db,
  filter: VisitFilter,
  { since, until }: Range,
  total: number,
): Promise<Breakdown['causes']> {
  const ofAttempts = db
    .selectFrom('attempts')
    .innerJoin('runs', 'runs.id', 'attempts.run_id')
    .select(['attempts.run_id', 'attempts.cause', 'attempts.blame'])
    .where(ofVisits(filter))
    .$if(filter.path !== undefined, (qb) => qb.where('attempts.path', '=', filter.path ?? 'mesh'))
    .where('attempts.counted_at', '>=', since)
    .where('attempts.counted_at', '<', until);
  const ofServers = db
    .selectFrom('server_results')
    .innerJoin('runs', 'runs.id', 'server_results.run_id')
    .select(['server_results.run_id', 'server_results.cause', 'server_results.blame'])
    .where(ofVisits(filter))
    .$if(filter.server !== undefined, (qb) => qb.where('server_results.url', '=', filter.server ?? ''))
    .where('server_results.counted_at', '>=', since)
    .where('server_results.counted_at', '<', until);
  const rows = await db
    .selectFrom(ofAttempts.unionAll(ofServers).as('faults'))
    .select((eb) => [
      'faults.cause',
      'faults.blame',
      eb.fn.count<number>('faults.run_id').distinct().as('visits'),
    ])
    .where('faults.cause', 'is not', null)
    .groupBy(['faults.cause', 'faults.blame'])
    .orderBy('visits', 'desc')
    .orderBy('faults.cause')
    .limit(longestBreakdown)
    .execute();
  return rows.flatMap(({ cause, blame, visits }) =>
    cause === null || blame === null
      ? []
      : [{ code: cause, blame, visits: Number(visits), share: wilsonRate(Number(visits), total) }],
  );
}

async function findings(
  db: Db,
  filter: VisitFilter,
  { since, until }: Range,
  total: number,
): Promise<Breakdown['findings']> {
  const rows = await db
    .selectFrom('run_causes')
    .innerJoin('runs', 'runs.id', 'run_causes.run_id')
    .select((eb) => ['run_causes.cause', eb.fn.countAll<number>().as('visits')])
    .where(ofVisits(filter))
    .where('run_causes.counted_at', '>=', since)
    .where('run_causes.counted_at', '<', until)
    .groupBy('run_causes.cause')
    .orderBy('visits', 'desc')
    .orderBy('run_causes.cause')
    .limit(longestBreakdown)
    .execute();
  return rows.map(({ cause, visits }) => ({
    id: cause,
    visits: Number(visits),
    share: wilsonRate(Number(visits), total),
  }));
}

/** Sums over a group; faults of the tool are no outcome of the network. */
function outcomes(table: 'attempts' | 'server_results') {
  const ours: RawBuilder<boolean> = sql`(${sql.ref(`${table}.blame`)} is not null and ${sql.ref(`${table}.blame`)} = 'tool')`;
  return [
    sql<number>`sum(case when ${ours} then 1 else 0 end)`.as('faults'),
    sql<number>`sum(case when ${ours} then 0 else 1 end)`.as('attempts'),
    sql<number>`sum(case when ${ours} then 0 else ${sql.ref(`${table}.succeeded`)} end)`.as('succeeded'),
  ] as const;
}

interface Sums {
  readonly faults: number;
  readonly attempts: number;
  readonly succeeded: number;
}

function groupOf(rows: readonly Sums[]) {
  const sum = (key: keyof Sums) => rows.reduce((total, row) => total + Number(row[key]), 0);
  return { ...wilsonRate(sum('succeeded'), sum('attempts')), harnessFaults: sum('faults') };
}
