/** Reports go by age, or one by one. */
import type { Kysely } from 'kysely';
import { detailTables, type Engine, monthLength } from './engine.ts';
import { inProjects, type Reads } from './projects-read.ts';
import type { Tables } from './tables.ts';
import { changeCounts } from './visit-counts.ts';

type Db = Kysely<Tables>;

/** Reports deleted at a time; others are stored and read in between. */
const batch = 200;

/** With all that is known of it, its place in the statistics included. False: there is none. */
export async function deleteRun(db: Db, engine: Engine, id: string, reads: Reads = 'all'): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const run = await trx
      .selectFrom('runs')
      .leftJoin('visit_shapes', 'visit_shapes.id', 'runs.shape')
      .select(['runs.counted_at', 'runs.project', 'visit_shapes.id as full', 'visit_shapes.outline'])
      .where('runs.id', '=', id)
      .where(inProjects('runs.project', reads))
      .executeTakeFirst();
    // Who deletes the row takes the visit back; of two at the same time it is one.
    if (run === undefined || (await deleteRuns(trx, [id])) === 0n) return false;
    const { counted_at: countedAt, project, full, outline } = run;
    if (full !== null && outline !== null) {
      await changeCounts(trx, engine.slots, [{ countedAt, project, shapes: { full, outline } }], -1);
    }
    return true;
  });
}

/**
 * What is older than `before` (UTC text). The sums that statistics are made of stay: nobody can be found in them.
 * @param signal ends it early; the next call goes on
 * @param project null: of all
 */
export async function expireReports(
  db: Db,
  engine: Engine,
  before: string,
  signal: AbortSignal,
  project: string | null = null,
): Promise<number> {
  if (project === null) await engine.dropMonths(db, before.slice(0, monthLength));
  let expired = 0;
  while (!signal.aborted) {
    const old = await db
      .selectFrom('runs')
      .select('id')
      .where('counted_at', '<', before)
      .$if(project !== null, (runs) => runs.where('project', '=', project ?? ''))
      .orderBy('counted_at')
      .limit(batch)
      .execute();
    if (old.length === 0) break;
    const ids = old.map(({ id }) => id);
    expired += Number(await db.transaction().execute((trx) => deleteRuns(trx, ids)));
  }
  return expired;
}

async function deleteRuns(db: Db, ids: readonly string[]): Promise<bigint> {
  for (const table of detailTables) await db.deleteFrom(table).where('run_id', 'in', ids).execute();
  const { numDeletedRows } = await db.deleteFrom('runs').where('id', 'in', ids).executeTakeFirstOrThrow();
  return numDeletedRows;
}
