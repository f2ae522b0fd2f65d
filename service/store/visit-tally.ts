/**
 * What the visits of each hour came to, counted from their rows. A visit belongs to one hour, so the tallies of hours add
 * up to that of any longer time.
 */
import { type Expression, expressionBuilder, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Path, Transport } from '../../contract/basics.ts';
import type { CheckCauseId } from '../../contract/check-causes.ts';
import type { Blame, FailureCode } from '../../contract/failures.ts';
import type { NatClass } from '../../contract/runs.ts';
import { ofVisits, type VisitFilter } from './run-filter.ts';
import type { Tables } from './tables.ts';

/** Faults of the tool are no outcome of the network: they are counted apart. */
export interface Outcomes {
  readonly succeeded: number;
  readonly attempts: number;
  readonly faults: number;
}

export interface VisitTally {
  visits: number;
  readonly attempts: (Outcomes & { readonly path: Path; readonly nat: NatClass })[];
  readonly servers: (Outcomes & { readonly url: string; readonly transport: Transport })[];
  /** Failures of attempts and servers, each once a visit. */
  readonly causes: { readonly code: FailureCode; readonly blame: Blame; readonly visits: number }[];
  /** What visitors were told. */
  readonly findings: { readonly id: CheckCauseId; readonly visits: number }[];
}

/** UTC text as in utc.ts; `until` is exclusive. */
export interface TimeRange {
  readonly since: string;
  readonly until: string;
}

type Db = Kysely<Tables>;
type Counted = 'runs' | 'attempts' | 'server_results' | 'run_causes';

/** Characters of a time in UTC that name its hour. */
export const hourLength = 'YYYY-MM-DDTHH'.length;

/** By hour; one without visits is not there. */
export async function tallyHours(
  db: Db,
  filter: VisitFilter,
  range: TimeRange,
): Promise<ReadonlyMap<string, VisitTally>> {
  const hours = new Map<string, VisitTally>();
  const at = (hour: string): VisitTally => {
    const known = hours.get(hour);
    if (known !== undefined) return known;
    const fresh: VisitTally = { visits: 0, attempts: [], servers: [], causes: [], findings: [] };
    hours.set(hour, fresh);
    return fresh;
  };
  for (const { hour, visits } of await visitRows(db, filter, range)) at(hour).visits = visits;
  for (const { hour, nat, ...row } of await attemptRows(db, filter, range)) {
    at(hour).attempts.push({ ...row, nat: nat ?? 'untested' });
  }
  for (const { hour, ...row } of await serverRows(db, filter, range)) at(hour).servers.push(row);
  for (const { hour, code, blame, visits } of await causeRows(db, filter, range)) {
    if (code !== null && blame !== null) at(hour).causes.push({ code, blame, visits });
  }
  for (const { hour, ...row } of await findingRows(db, filter, range)) at(hour).findings.push(row);
  return hours;
}

function visitRows(db: Db, filter: VisitFilter, range: TimeRange) {
  const hour = hourOf('runs');
  return db
    .selectFrom('runs')
    .select((eb) => [hour.as('hour'), eb.fn.countAll<number>().as('visits')])
    .where(counts(filter, range))
    .groupBy(hour)
    .execute();
}

function attemptRows(db: Db, filter: VisitFilter, range: TimeRange) {
  const hour = hourOf('attempts');
  return db
    .selectFrom('attempts')
    .innerJoin('runs', 'runs.id', 'attempts.run_id')
    .select([hour.as('hour'), 'attempts.path', 'runs.nat_legacy as nat', ...outcomesOf('attempts')])
    .where(counts(filter, range))
    .$if(filter.path !== undefined, (qb) => qb.where('attempts.path', '=', filter.path ?? 'mesh'))
    .groupBy([hour, 'attempts.path', 'runs.nat_legacy'])
    .execute();
}

function serverRows(db: Db, filter: VisitFilter, range: TimeRange) {
  const hour = hourOf('server_results');
  return db
    .selectFrom('server_results')
    .innerJoin('runs', 'runs.id', 'server_results.run_id')
    .select([
      hour.as('hour'),
      'server_results.url',
      'server_results.transport',
      ...outcomesOf('server_results'),
    ])
    .where(counts(filter, range))
    .$if(filter.server !== undefined, (qb) => qb.where('server_results.url', '=', filter.server ?? ''))
    .groupBy([hour, 'server_results.url', 'server_results.transport'])
    .execute();
}

function causeRows(db: Db, filter: VisitFilter, range: TimeRange) {
  const ofAttempts = db
    .selectFrom('attempts')
    .innerJoin('runs', 'runs.id', 'attempts.run_id')
    .select(['attempts.run_id', 'attempts.counted_at', 'attempts.cause', 'attempts.blame'])
    .where('attempts.cause', 'is not', null)
    .where(counts(filter, range))
    .$if(filter.path !== undefined, (qb) => qb.where('attempts.path', '=', filter.path ?? 'mesh'));
  const ofServers = db
    .selectFrom('server_results')
    .innerJoin('runs', 'runs.id', 'server_results.run_id')
    .select([
      'server_results.run_id',
      'server_results.counted_at',
      'server_results.cause',
      'server_results.blame',
    ])
    .where('server_results.cause', 'is not', null)
    .where(counts(filter, range))
    .$if(filter.server !== undefined, (qb) => qb.where('server_results.url', '=', filter.server ?? ''));
  const hour = firstCharacters(sql.ref('faults.counted_at'));
  return db
    .selectFrom(ofAttempts.unionAll(ofServers).as('faults'))
    .select((eb) => [
      hour.as('hour'),
      'faults.cause as code',
      'faults.blame',
      eb.fn.count<number>('faults.run_id').distinct().as('visits'),
    ])
    .groupBy([hour, 'faults.cause', 'faults.blame'])
    .execute();
}

function findingRows(db: Db, filter: VisitFilter, range: TimeRange) {
  const hour = hourOf('run_causes');
  return db
    .selectFrom('run_causes')
    .innerJoin('runs', 'runs.id', 'run_causes.run_id')
    .select((eb) => [hour.as('hour'), 'run_causes.cause as id', eb.fn.countAll<number>().as('visits')])
    .where(counts(filter, range))
    .groupBy([hour, 'run_causes.cause'])
    .execute();
}

/** Rows of a run carry its time too; asked by the run’s, the database can begin with the few runs that are meant. */
function counts(filter: VisitFilter, { since, until }: TimeRange): Expression<SqlBool> {
  const runs = expressionBuilder<Tables, 'runs'>();
  return runs.and([
    ofVisits(filter),
    runs('runs.counted_at', '>=', since),
    runs('runs.counted_at', '<', until),
  ]);
}

function hourOf(table: Counted): RawBuilder<string> {
  return firstCharacters(sql.ref(`${table}.counted_at`));
}

function firstCharacters(time: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`substr(${time}, 1, ${sql.lit(hourLength)})`;
}

function outcomesOf(table: 'attempts' | 'server_results') {
  const blame = sql.ref(`${table}.blame`);
  const ours: RawBuilder<boolean> = sql`(${blame} is not null and ${blame} = 'tool')`;
  return [
    sql<number>`sum(case when ${ours} then 1 else 0 end)`.as('faults'),
    sql<number>`sum(case when ${ours} then 0 else 1 end)`.as('attempts'),
    sql<number>`sum(case when ${ours} then 0 else ${sql.ref(`${table}.succeeded`)} end)`.as('succeeded'),
  ] as const;
}
