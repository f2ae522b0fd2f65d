import { createHash, randomBytes } from 'node:crypto';
import { type Kysely, type Selectable, sql } from 'kysely';
import { type Envelope, envelopeSchema } from '../../contract/envelope.ts';
import type { RunDetail, RunList, RunQuery, RunSummary } from '../../contract/runs.ts';
import { turnTallySchema } from '../../contract/turn-tally.ts';
import { freeCode } from './run-code.ts';
import { ofList } from './run-filter.ts';
import { digestReport } from './summary.ts';
import type { RunsTable, Tables } from './tables.ts';
import { forgetHour } from './visit-hours.ts';

type Db = Kysely<Tables>;

/** A letter first: an id must not look like an option on a command line. */
function newRunId(): string {
  return `r${randomBytes(12).toString('base64url')}`;
}

export async function addReport(
  db: Db,
  envelope: Envelope,
  storedAt: Date,
): Promise<{ summary: RunSummary; added: boolean }> {
  // Parsing has put the keys into the schema’s order, so equal reports have equal text.
  const report = JSON.stringify(envelope);
  const digest = createHash('sha256').update(report).digest('hex');
  return db.transaction().execute(async (trx) => {
    const known = await trx
      .selectFrom('runs')
      .select(summaryColumns)
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (known !== undefined) {
      return { summary: await summaryOf(trx, known), added: false };
    }
    const code = envelope.kind === 'visit-report' ? await freeCode(trx) : null;
    const digested = digestReport(envelope, newRunId(), storedAt, code);
    const { summary, attempts, servers, causes, countedAt } = digested;
    await trx
      .insertInto('runs')
      .values({
        id: summary.id,
        kind: summary.kind,
        at: summary.at,
        stored_at: summary.storedAt,
        counted_at: countedAt,
        status: summary.headline.status,
        code: summary.headline.code,
        sentence: summary.headline.sentence,
        nat_mapping: summary.nat?.mapping ?? null,
        nat_filtering: summary.nat?.filtering ?? null,
        nat_legacy: summary.nat?.legacy ?? null,
        turn: summary.turn === null ? null : JSON.stringify(summary.turn),
        target: summary.turn?.uri ?? null,
        source: summary.source,
        duration_ms: summary.durationMs,
        digest,
        visit_code: code,
        link_id: summary.link,
        visitor: summary.visitor,
        report,
      })
      .execute();
    if (attempts.length > 0) {
      const rows = attempts.map((attempt, seq) => ({
        run_id: summary.id,
        seq,
        counted_at: countedAt,
        path: attempt.path,
        transport: attempt.transport,
        rung: attempt.rung,
        succeeded: attempt.succeeded ? (1 as const) : (0 as const),
        setup_ms: attempt.setupMs,
        blame: attempt.blame,
        cause: attempt.cause,
      }));
      await trx.insertInto('attempts').values(rows).execute();
    }
    if (servers.length > 0) {
      const rows = servers.map(({ url, transport, succeeded, blame, cause }, seq) => ({
        run_id: summary.id,
        seq,
        counted_at: countedAt,
        url,
        transport,
        succeeded: succeeded ? (1 as const) : (0 as const),
        blame,
        cause,
      }));
      await trx.insertInto('server_results').values(rows).execute();
    }
    if (causes.length > 0) {
      const rows = causes.map((cause) => ({ run_id: summary.id, counted_at: countedAt, cause }));
      await trx.insertInto('run_causes').values(rows).execute();
    }
    if (envelope.kind === 'visit-report') await forgetHour(trx, countedAt);
    return { summary, added: true };
  });
}

export async function listRuns(db: Db, query: RunQuery): Promise<RunList> {
  const matching = db.selectFrom('runs').where(ofList(query));
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
  return { total: Number(total), runs: await withAttempts(db, rows) };
}

/** Turn-reports about the URIs, newest first, at most `perUri` of each. */
export async function turnRuns(db: Db, uris: readonly string[], perUri: number): Promise<RunSummary[]> {
  if (uris.length === 0) return [];
  const ranked = db
    .selectFrom('runs')
    .select([
      ...summaryColumns,
      sql<number>`row_number() over (partition by target order by at desc, id)`.as('place'),
    ])
    .where('target', 'in', uris)
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

export async function getRun(db: Db, id: string): Promise<RunDetail | null> {
  const row = await db
    .selectFrom('runs')
    .select([...summaryColumns, 'report'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    summary: await summaryOf(db, row),
    report: envelopeSchema.parse(JSON.parse(row.report)),
  };
}

export async function deleteRun(db: Db, id: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const run = await trx.selectFrom('runs').select('counted_at').where('id', '=', id).executeTakeFirst();
    if (run === undefined) return false;
    await trx.deleteFrom('runs').where('id', '=', id).execute();
    await forgetHour(trx, run.counted_at);
    return true;
  });
}

export async function countRuns(db: Db): Promise<number> {
  const row = await db
    .selectFrom('runs')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return Number(row.total);
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
