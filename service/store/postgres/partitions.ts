/**
 * Details cut by month of the time that they are counted in: reports of whole months go by dropping tables, and the
 * indexes of the months that are written stay small. What comes with a time long past lands in the rest.
 */
import { type Kysely, sql } from 'kysely';
import { detailTables, type Engine, monthLength } from '../engine.ts';
import type { Tables } from '../tables.ts';

type Db = Kysely<Tables>;
type DetailTable = (typeof detailTables)[number];

/** What tells the details of one run apart. */
const keys: Readonly<Record<DetailTable, string>> = {
  attempts: 'seq',
  server_results: 'seq',
  run_causes: 'cause',
};

/** Without a foreign key to `runs`: making and dropping a month then waits for nobody who reads or writes runs. */
export async function partitionDetails(db: Db): Promise<void> {
  for (const table of detailTables) {
    const [whole, flat] = [sql.table(table), sql.table(`${table}_flat`)];
    const key = sql`primary key (run_id, ${sql.ref(keys[table])}, counted_at)`;
    await sql`alter table ${whole} rename to ${flat}`.execute(db);
    await sql`create table ${whole} (like ${flat}, ${key}) partition by range (counted_at)`.execute(db);
    await sql`create table ${sql.table(`${table}_rest`)} partition of ${whole} default`.execute(db);
    await sql`insert into ${whole} select * from ${flat}`.execute(db);
    await sql`drop table ${flat}`.execute(db);
  }
}

/** `known` remembers the months that are there, or cannot be. */
export function monthMaker(known: Set<string> = new Set()): Pick<Engine, 'makeMonths' | 'dropMonths'> {
  return {
    makeMonths: async (db, months) => {
      for (const month of months) {
        if (!known.has(month)) await makeMonth(db, month);
        known.add(month);
      }
    },
    dropMonths: async (db, before) => {
      const months = (await monthsOf(db)).filter((month) => month < before);
      for (const month of months) {
        await dropMonth(db, month);
        known.delete(month);
      }
    },
  };
}

/** SQLSTATE check_violation. */
const rowsInRest = '23514';

async function makeMonth(db: Db, month: string): Promise<void> {
  const bounds = sql`for values from (${sql.lit(month)}) to (${sql.lit(monthAfter(month))})`;
  try {
    await db.transaction().execute(async (trx) => {
      await lockPartitions(trx);
      for (const table of detailTables) {
        const part = sql`${sql.table(nameOf(table, month))} partition of ${sql.table(table)} ${bounds}`;
        await sql`create table if not exists ${part}`.execute(trx);
      }
    });
  } catch (error) {
    // While a host’s clock was wrong, rows of this month came into the rest; then the others go there, too.
    if (!(error instanceof Error && 'code' in error && error.code === rowsInRest)) throw error;
  }
}

async function dropMonth(db: Db, month: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockPartitions(trx);
    for (const table of detailTables) {
      await sql`drop table if exists ${sql.table(nameOf(table, month))}`.execute(trx);
    }
  });
}

/** Two that make or drop the same month do so one after the other. */
async function lockPartitions(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('polynya partitions'))`.execute(db);
}

async function monthsOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'attempts'::regclass`.execute(db);
  return rows.flatMap(({ name }) => {
    const month = /^attempts_(\d{4})_(\d{2})$/.exec(name);
    return month === null ? [] : [`${month[1]}-${month[2]}`];
  });
}

/** `2026-11` → `attempts_2026_11`. */
function nameOf(table: DetailTable, month: string): string {
  return `${table}_${month.replace('-', '_')}`;
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number)).toISOString().slice(0, monthLength);
}
