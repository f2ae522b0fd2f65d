/** Any table of the store as rows of plain values, for who copies them all alike. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

export type TableName = keyof Tables;
type Row = Readonly<Record<string, string | number | null>>;
export type AnyDb = Kysely<Record<string, Row>>;

export interface Batch {
  readonly rows: readonly Row[];
  /** SQLite’s number of the last of them. */
  readonly last: number;
}

/** Reports are large, everything else is small. */
function batchSize(table: TableName): number {
  return table === 'runs' ? 100 : 1000;
}

/** The next rows in the order in which SQLite stored them; null: there are no more. */
export async function nextRows(source: AnyDb, table: TableName, after: number): Promise<Batch | null> {
  const found = await source
    .selectFrom(table)
    .selectAll()
    .select(sql<number>`rowid`.as('place'))
    .where(sql<number>`rowid`, '>', after)
    .orderBy(sql`rowid`)
    .limit(batchSize(table))
    .execute();
  const last = found.at(-1);
  if (last === undefined) return null;
  return { rows: found.map(({ place: _place, ...row }) => row), last: Number(last['place']) };
}

export async function countRows(db: AnyDb, table: TableName): Promise<number> {
  const { total } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return total;
}
