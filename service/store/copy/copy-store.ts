/** SQLite → PostgreSQL, row by row and without loss. It can be killed at any moment and run again. */
import { existsSync } from 'node:fs';
import { type Kysely, sql } from 'kysely';
import { failure } from '../../../contract/failures.ts';
import { ServiceStartError } from '../../fault.ts';
import { monthLength } from '../engine.ts';
import { storeFailure } from '../open-store.ts';
import { type OpenedPostgres, openPostgres } from '../postgres/open.ts';
import { isPostgresUrl, placeOf } from '../postgres/url.ts';
import { openSqlite } from '../sqlite.ts';
import type { Tables } from '../tables.ts';
import { beginCopy, copyUnderWay, endCopy, lastCopied, lockCopy, noteCopied } from './progress.ts';
import { type AnyDb, countRows, nextRows, type TableName } from './table-rows.ts';

/** Their rows are written once; those that are new since the copy was killed come after the others. */
const grown: readonly TableName[] = [
  'runs',
  'attempts',
  'server_results',
  'run_causes',
  'visit_shapes',
  'shape_outcomes',
  'shape_findings',
];
/** Small tables whose rows change: copied whole, in the last transaction. */
const changed: readonly TableName[] = [
  ...(['visit_counts', 'links', 'servers', 'server_tests'] as const),
  ...(['agents', 'agent_tokens', 'jobs', 'notices'] as const),
  ...(['sessions', 'api_keys', 'audit'] as const),
  ...(['monitors', 'monitor_cells', 'monitor_events', 'monitor_hours', 'monitor_results'] as const),
];

export interface CopyOptions {
  readonly file: string;
  readonly url: string;
  /** Delete what the target holds. */
  readonly replace: boolean;
  /** After each batch. */
  readonly onProgress: (progress: CopyProgress) => void;
}

/** `rows` of `total` of the table are there. */
export interface CopyProgress {
  readonly table: TableName;
  readonly rows: number;
  readonly total: number;
}

export interface CopyResult {
  readonly resumed: boolean;
  readonly rows: Readonly<Partial<Record<TableName, number>>>;
}

/** Throws {@link ServiceStartError}. */
export async function copyStore(options: CopyOptions): Promise<CopyResult> {
  const { file, url } = options;
  if (!isPostgresUrl(url)) {
    throw new ServiceStartError(failure('config-invalid', 'the target: write postgres://USER@HOST/DATABASE'));
  }
  const source = await openSource(file);
  try {
    const target = await openPostgres(url);
    try {
      // One transaction: all tables as they were at one moment, whatever a service does meanwhile.
      return await source.transaction().execute((snapshot) => copyTables({ ...options, snapshot, target }));
    } finally {
      await target.db.destroy();
    }
  } finally {
    await source.destroy();
  }
}

async function openSource(file: string): Promise<Kysely<Tables>> {
  if (!existsSync(file))
    throw new ServiceStartError(failure('store-failed', `${file}: there is no such file`));
  try {
    return await openSqlite(file);
  } catch (error) {
    throw storeFailure(error, file);
  }
}

interface Copying extends CopyOptions {
  readonly snapshot: Kysely<Tables>;
  readonly target: OpenedPostgres;
}

async function copyTables({ snapshot, target, url, replace, onProgress }: Copying): Promise<CopyResult> {
  const [from, to] = [anyTables(snapshot), anyTables(target.db)];
  const resumed = await begin(to, { source: await identityOf(snapshot), url, replace });
  await target.engine.makeMonths(target.db, await monthsOf(snapshot));
  const rows: Partial<Record<TableName, number>> = {};
  for (const table of grown) {
    const total = await countRows(from, table);
    let there = await countRows(to, table);
    for (;;) {
      const copied = await to.transaction().execute((trx) => copyBatch(from, trx, table));
      if (copied === 0) break;
      there += copied;
      onProgress({ table, rows: there, total });
    }
    rows[table] = total;
  }
  await to.transaction().execute(async (trx) => {
    await lockCopy(trx);
    for (const table of changed) rows[table] = await copyWhole(from, trx, table);
    for (const table of grown) await compare(from, trx, table, url);
    await endCopy(trx);
  });
  return { resumed, rows };
}

/** True: a copy of the same source was under way. */
async function begin(
  to: AnyDb,
  { source, url, replace }: { readonly source: string; readonly url: string; readonly replace: boolean },
): Promise<boolean> {
  return to.transaction().execute(async (trx) => {
    await lockCopy(trx);
    const underWay = await copyUnderWay(trx);
    if (underWay === source && !replace) return true;
    if (replace) {
      const tables = [...grown, ...changed].map((table) => sql.table(table));
      await sql`truncate ${sql.join(tables)}`.execute(trx);
    } else if (underWay !== null || (await holdsData(trx))) {
      throw new ServiceStartError(failure('store-not-empty', placeOf(url)));
    }
    await beginCopy(trx, source);
    return false;
  });
}

async function holdsData(to: AnyDb): Promise<boolean> {
  for (const table of [...grown, ...changed]) {
    if ((await to.selectFrom(table).select(sql`1`.as('any')).limit(1).execute()).length > 0) return true;
  }
  return false;
}

/** Rows that were copied; 0: all are there. */
async function copyBatch(from: AnyDb, to: AnyDb, table: TableName): Promise<number> {
  await lockCopy(to);
  const batch = await nextRows(from, table, await lastCopied(to, table));
  if (batch === null) return 0;
  await to.insertInto(table).values(batch.rows).execute();
  await noteCopied(to, table, batch.last);
  return batch.rows.length;
}

async function copyWhole(from: AnyDb, to: AnyDb, table: TableName): Promise<number> {
  await to.deleteFrom(table).execute();
  let copied = 0;
  for (let batch = await nextRows(from, table, 0); batch !== null; ) {
    await to.insertInto(table).values(batch.rows).execute();
    copied += batch.rows.length;
    batch = await nextRows(from, table, batch.last);
  }
  return copied;
}

/** A report that was deleted from the source while the copy was interrupted is the only way to differ. */
async function compare(from: AnyDb, to: AnyDb, table: TableName, url: string): Promise<void> {
  const [wanted, found] = [await countRows(from, table), await countRows(to, table)];
  if (wanted === found) return;
  const counts = `${placeOf(url)} has ${found} rows in ${table}, the file ${wanted}`;
  const { next: _next, ...failed } = failure('store-failed', counts);
  throw new ServiceStartError({
    ...failed,
    next: 'Reports were deleted from the file while the copy was interrupted: begin anew with --replace.',
  });
}

/** The first run of a store is the same in every copy of its file. */
async function identityOf(source: Kysely<Tables>): Promise<string> {
  const first = await source.selectFrom('runs').select('id').orderBy(sql`rowid`).limit(1).executeTakeFirst();
  return first?.id ?? 'without runs';
}

async function monthsOf(source: Kysely<Tables>): Promise<string[]> {
  const month = sql<string>`substr(counted_at, 1, ${sql.lit(monthLength)})`;
  const rows = await source.selectFrom('runs').select(month.as('month')).distinct().execute();
  return rows.map((row) => row.month);
}

function anyTables(db: Kysely<Tables>): AnyDb {
  return db as unknown as AnyDb;
}
