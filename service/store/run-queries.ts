import { type Kysely, type Selectable, sql } from 'kysely';
import { envelopeSchema } from '../../contract/envelope.ts';
import type { RunDetail, RunList, RunQuery, RunSummary } from '../../contract/runs.ts';
import { turnTallySchema } from '../../contract/turn-tally.ts';
import { inProjects, type Reads } from './projects-read.ts';
import { ofList } from './run-filter.ts';
import type { RunsTable, Tables } from './tables.ts';

type Db = Kysely<Tables>;

export async function listRuns(db: Db, query: RunQuery, reads: Reads = 'all'): Promise<RunList> {
  const matching = db.selectFrom('runs').where(ofList(query)).where(inProjects('runs.project', reads));
  const { total } = await matching
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select(summaryColumns)
    .orderBy(sortExpression(query.sort), query.order)
    // A total order: pages never overlap or skip.
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(query.limit)
    .offset(query.offset)
    .execute();
  return { total, runs: await withAttempts(db, rows) };
}

/** Turn-reports about the URIs, newest first, at most `perUri` of each. */
export async function turnRuns(
  db: Db,
  uris: readonly string[],
  perUri: number,
  reads: Reads = 'all',
): Promise<RunSummary[]> {
  if (uris.length === 0) return [];
  const ranked = db
    .selectFrom('runs')
    .select([
      ...summaryColumns,
      sql<number>`row_number() over (partition by target order by at desc, id)`.as('place'),
    ])
    .where('target', 'in', uris)
    .where(inProjects('runs.project', reads))
    .as('ranked');
  const rows = await db
    .selectFrom(ranked)
    .select(summaryColumns)
    .where('place', '<=', perUri)
    .orderBy('at', 'desc')
    .orderBy('id')
    .execute();
  return withAttempts(db, rows);
}

export async function getRun(db: Db, id: string, reads: Reads = 'all'): Promise<RunDetail | null> {
  const row = await db
    .selectFrom('runs')
    .select([...summaryColumns, 'report'])
    .where('id', '=', id)
    .where(inProjects('runs.project', reads))
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    summary: await summaryOf(db, row),
    report: envelopeSchema.parse(JSON.parse(row.report)),
  };
}

/** By digest. */
export async function findByDigests(db: Db, digests: readonly string[]): Promise<Map<string, RunSummary>> {
  if (digests.length === 0) return new Map();
  const rows = await db
    .selectFrom('runs')
    .select([...summaryColumns, 'digest'])
    .where('digest', 'in', digests)
    .execute();
  const summaries = await withAttempts(db, rows);
  return new Map(summaries.map((summary, i) => [rows[i]?.digest ?? '', summary]));
}

export async function countRuns(db: Db, reads: Reads = 'all'): Promise<number> {
  const row = await db
    .selectFrom('runs')
    .where(inProjects('runs.project', reads))
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}

const summaryColumns = [
  'id',
  'kind',
  'at',
  'stored_at',
  'status',
  'code',
  'sentence',
  'nat_mapping',
  'nat_filtering',
  'nat_legacy',
  'turn',
  'source',
  'duration_ms',
  'visit_code',
  'link_id',
  'visitor',
] as const;
type SummaryRow = Pick<Selectable<RunsTable>, (typeof summaryColumns)[number]>;

function sortExpression(sort: RunQuery['sort']) {
  // Ascending shows the worst first: that is what a reader sorts by status for.
  if (sort === 'status') {
    return sql<number>`case status when 'bad' then 0 when 'limited' then 1 when 'unknown' then 2 else 3 end`;
  }
  const columns = { at: 'at', kind: 'kind', duration: 'duration_ms' } as const;
  return sql.ref(columns[sort]);
}

async function summaryOf(db: Db, row: SummaryRow): Promise<RunSummary> {
  const [summary] = await withAttempts(db, [row]);
  if (summary === undefined) throw new Error('a row gives a summary');
  return summary;
}

async function withAttempts(db: Db, rows: readonly SummaryRow[]): Promise<RunSummary[]> {
  if (rows.length === 0) return [];
  const attempts = await db
    .selectFrom('attempts')
    .select(['run_id', 'path', 'rung', 'succeeded', 'setup_ms'])
    .where(
      'run_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('run_id')
    .orderBy('seq')
    .execute();
  const byRun = new Map<string, RunSummary['attempts']>();
  for (const { run_id, path, rung, succeeded, setup_ms } of attempts) {
    const list = byRun.get(run_id) ?? [];
    list.push({ path, rung, succeeded: succeeded === 1, setupMs: setup_ms });
    byRun.set(run_id, list);
  }
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    at: row.at,
    storedAt: row.stored_at,
    headline: { status: row.status, code: row.code, sentence: row.sentence },
    nat:
      row.nat_mapping === null || row.nat_filtering === null || row.nat_legacy === null
        ? null
        : { mapping: row.nat_mapping, filtering: row.nat_filtering, legacy: row.nat_legacy },
    turn: row.turn === null ? null : turnTallySchema.parse(JSON.parse(row.turn)),
    source: row.source,
    attempts: byRun.get(row.id) ?? [],
    durationMs: row.duration_ms,
    code: row.visit_code,
    link: row.link_id,
    visitor: row.visitor,
  }));
}
