/** Which runs a query means, as SQL. */
import { type Expression, expressionBuilder, type SqlBool, sql } from 'kysely';
import { readCode } from '../../contract/report-code.ts';
import type { RunQuery, SuccessQuery } from '../../contract/runs.ts';
import type { Tables } from './tables.ts';
import { toUtc } from './utc.ts';

export type VisitFilter = Pick<SuccessQuery, 'link' | 'path' | 'nat' | 'server'>;
type Outcome = NonNullable<RunQuery['outcome']>;

/**
 * For queries that select from `runs`, alone or joined. Details carry the time of their run: by it the database knows
 * which of their partitions to look into.
 */
const runs = expressionBuilder<Tables, 'runs'>();

/** The runs of the list. */
export function ofList(query: RunQuery): Expression<SqlBool> {
  const now = new Date();
  const conditions = ofOrigin(query);
  if (query.kind !== undefined) conditions.push(runs('runs.kind', '=', query.kind));
  if (query.status !== undefined) conditions.push(runs('runs.status', '=', query.status));
  if (query.since !== undefined) conditions.push(runs('runs.at', '>=', toUtc(query.since, now)));
  if (query.until !== undefined) conditions.push(runs('runs.at', '<', toUtc(query.until, now)));
  if (query.visitor !== undefined) conditions.push(runs('runs.visitor', '=', query.visitor));
  const { path, server, outcome, cause, finding, q } = query;
  const outcomeOfServer = path === undefined && server !== undefined;
  if (path !== undefined || (outcome !== undefined && !outcomeOfServer)) {
    conditions.push(hasAttempt(path, outcome));
  }
  if (server !== undefined) conditions.push(triedServer(server, outcomeOfServer ? outcome : undefined));
  if (cause !== undefined) conditions.push(hasCause(cause));
  if (finding !== undefined) conditions.push(toldOf(finding));
  if (q !== undefined && q !== '') conditions.push(saysText(q));
  return runs.and(conditions);
}

function ofOrigin({ link, nat }: VisitFilter): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  if (link !== undefined) conditions.push(runs('runs.link_id', '=', link));
  if (nat === 'untested') conditions.push(runs('runs.nat_legacy', 'is', null));
  else if (nat !== undefined) conditions.push(runs('runs.nat_legacy', '=', nat));
  return conditions;
}

function hasAttempt(path: RunQuery['path'], outcome?: Outcome): Expression<SqlBool> {
  let attempt = runs
    .selectFrom('attempts')
    .select('attempts.run_id')
    .whereRef('attempts.run_id', '=', 'runs.id')
    .whereRef('attempts.counted_at', '=', 'runs.counted_at');
  if (path !== undefined) attempt = attempt.where('attempts.path', '=', path);
  if (outcome !== undefined) attempt = attempt.where('attempts.succeeded', '=', flag(outcome));
  return runs.exists(attempt);
}

function triedServer(url: string, outcome?: Outcome): Expression<SqlBool> {
  let tried = runs
    .selectFrom('server_results')
    .select('server_results.run_id')
    .whereRef('server_results.run_id', '=', 'runs.id')
    .whereRef('server_results.counted_at', '=', 'runs.counted_at')
    .where('server_results.url', '=', url);
  if (outcome !== undefined) tried = tried.where('server_results.succeeded', '=', flag(outcome));
  return runs.exists(tried);
}

function hasCause(cause: NonNullable<RunQuery['cause']>): Expression<SqlBool> {
  const ofAttempt = runs
    .selectFrom('attempts')
    .select('attempts.run_id')
    .whereRef('attempts.run_id', '=', 'runs.id')
    .whereRef('attempts.counted_at', '=', 'runs.counted_at')
    .where('attempts.cause', '=', cause);
  const ofServer = runs
    .selectFrom('server_results')
    .select('server_results.run_id')
    .whereRef('server_results.run_id', '=', 'runs.id')
    .whereRef('server_results.counted_at', '=', 'runs.counted_at')
    .where('server_results.cause', '=', cause);
  return runs.or([runs.exists(ofAttempt), runs.exists(ofServer)]);
}

function toldOf(finding: NonNullable<RunQuery['finding']>): Expression<SqlBool> {
  const told = runs
    .selectFrom('run_causes')
    .select('run_causes.run_id')
    .whereRef('run_causes.run_id', '=', 'runs.id')
    .whereRef('run_causes.counted_at', '=', 'runs.counted_at')
    .where('run_causes.cause', '=', finding);
  return runs.exists(told);
}

function saysText(text: string): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const columns = ['runs.sentence', 'runs.source', 'runs.nat_legacy'] as const;
  const code = readCode(text);
  return runs.or([
    ...columns.map((column) => sql<SqlBool>`lower(${runs.ref(column)}) like ${pattern} escape '\\'`),
    ...(code === null ? [] : [runs('runs.visit_code', '=', code)]),
  ]);
}

function flag(outcome: Outcome): 0 | 1 {
  return outcome === 'succeeded' ? 1 : 0;
}
