/**
 * How far a copy has come, kept in the target itself and written together with the rows that it speaks of: a copy that
 * was killed goes on after the last batch that is there. The table goes at the end of the copy.
 */
import { sql } from 'kysely';
import type { AnyDb, TableName } from './table-rows.ts';

/** Within a transaction. What a killed copy has sent last is done, or undone, before the next one looks. */
export async function lockCopy(target: AnyDb): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('polynya copy'))`.execute(target);
}

/** Of which source a copy is under way; null: none is. */
export async function copyUnderWay(target: AnyDb): Promise<string | null> {
  const found = await sql<{ there: boolean }>`
    select to_regclass('copy_progress') is not null as there`.execute(target);
  if (!found.rows[0]?.there) return null;
  const { rows } = await sql<{ source: string }>`select source from copy_progress where name = ''`.execute(
    target,
  );
  return rows[0]?.source ?? null;
}

export async function beginCopy(target: AnyDb, source: string): Promise<void> {
  await sql`drop table if exists copy_progress`.execute(target);
  await sql`create table copy_progress (name text primary key, source text, last bigint)`.execute(target);
  await sql`insert into copy_progress (name, source) values ('', ${source})`.execute(target);
}

/** SQLite’s number of the last row that is there; 0: none is. */
export async function lastCopied(target: AnyDb, table: TableName): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    select last from copy_progress where name = ${table}`.execute(target);
  return rows[0]?.last ?? 0;
}

export async function noteCopied(target: AnyDb, table: TableName, last: number): Promise<void> {
  await sql`insert into copy_progress (name, last) values (${table}, ${last})
    on conflict (name) do update set last = excluded.last`.execute(target);
}

export async function endCopy(target: AnyDb): Promise<void> {
  await sql`drop table copy_progress`.execute(target);
}
