/**
 * Gives the visits that an older release stored their shape, and counts them. Reads no more than the columns that every
 * earlier release has filled.
 */
import type { Kysely } from 'kysely';
import type { Tables, VisitCountsTable } from './tables.ts';
import { addCounts, addShapes, countersOf, shapesOf } from './visit-counts.ts';

type Db = Kysely<Tables>;

/** Visits read, and counters written, at a time. */
const page = 200;

export async function countEarlierVisits(db: Db): Promise<void> {
  const counts = new Map<string, VisitCountsTable>();
  for (let after = ''; ; ) {
    const visits = await db
      .selectFrom('runs')
      .select(['id', 'counted_at', 'nat_legacy'])
      .where('kind', '=', 'visit-report')
      .where('id', '>', after)
      .orderBy('id')
      .limit(page)
      .execute();
    for (const { id, counted_at, nat_legacy } of visits) {
      const shapes = shapesOf({ nat: nat_legacy, ...(await resultOf(db, id)) });
      const [full, outline] = [shapes.full.id, shapes.outline.id];
      await addShapes(db, shapes);
      await db.updateTable('runs').set({ shape: full }).where('id', '=', id).execute();
      for (const counter of countersOf(counted_at, { full, outline })) {
        const key = JSON.stringify(counter);
        counts.set(key, { ...counter, slot: 0, visits: (counts.get(key)?.visits ?? 0) + 1 });
      }
    }
    const last = visits.at(-1);
    if (last === undefined || visits.length < page) break;
    after = last.id;
  }
  const rows = [...counts.values()];
  for (let from = 0; from < rows.length; from += page) await addCounts(db, rows.slice(from, from + page));
}

async function resultOf(db: Db, id: string) {
  const [attempts, servers, causes] = [
    await db
      .selectFrom('attempts')
      .select(['path', 'transport', 'succeeded', 'blame', 'cause'])
      .where('run_id', '=', id)
      .execute(),
    await db
      .selectFrom('server_results')
      .select(['url', 'transport', 'succeeded', 'blame', 'cause'])
      .where('run_id', '=', id)
      .execute(),
    await db.selectFrom('run_causes').select('cause').where('run_id', '=', id).execute(),
  ];
  return { attempts, servers, findings: causes.map(({ cause }) => cause) };
}
