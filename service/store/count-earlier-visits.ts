/**
 * Gives the visits that an older release stored their shape, and counts them. Reads no more than the columns that every
 * earlier release has filled.
 */
import type { Kysely } from 'kysely';
import { insertRows } from './insert-rows.ts';
import type { Tables } from './tables.ts';
import { addShapes, CounterSums, idsOf, shapesOf } from './visit-counts.ts';

type Db = Kysely<Tables>;

/** Visits read at a time. */
const page = 200;

export async function countEarlierVisits(db: Db): Promise<void> {
  const counts = new CounterSums();
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
      await addShapes(db, [shapes]);
      await db.updateTable('runs').set({ shape: shapes.full.id }).where('id', '=', id).execute();
      counts.add({ countedAt: counted_at, shapes: idsOf(shapes) }, 1);
    }
    const last = visits.at(-1);
    if (last === undefined || visits.length < page) break;
    after = last.id;
  }
  await insertRows(db, 'visit_counts', counts.rows(0));
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
