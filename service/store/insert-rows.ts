import type { InsertObject, Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** With ten columns below what either database takes as parameters of one statement (SQLite: 32,766). */
const rowsAtOnce = 2_000;

/** Any number of rows of at most ten columns. */
export async function insertRows<T extends keyof Tables>(
  db: Kysely<Tables>,
  table: T,
  rows: readonly InsertObject<Tables, T>[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await db
      .insertInto(table)
      .values(rows.slice(from, from + rowsAtOnce))
      .execute();
  }
}
