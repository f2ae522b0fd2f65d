/** Reports and what is counted of them, within a transaction. */
import type { Kysely } from 'kysely';
import { insertRows } from './insert-rows.ts';
import type { ReportRows } from './report-rows.ts';
import type { Tables } from './tables.ts';
import { addShapes, changeCounts, idsOf } from './visit-counts.ts';

/** Ids of those that were stored; the others are there already, or their code is taken. */
export async function insertReports(
  db: Kysely<Tables>,
  slots: number,
  reports: readonly ReportRows[],
): Promise<ReadonlySet<string>> {
  const inserted = await db
    .insertInto('runs')
    .values(reports.map(({ run }) => run))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  const ids = new Set(inserted.map(({ id }) => id));
  const added = reports.filter(({ run }) => ids.has(run.id));
  const attempts = added.flatMap((report) => report.attempts);
  const servers = added.flatMap((report) => report.servers);
  const causes = added.flatMap((report) => report.causes);
  await insertRows(db, 'attempts', attempts);
  await insertRows(db, 'server_results', servers);
  await insertRows(db, 'run_causes', causes);
  const visits = added.flatMap(({ run, shapes }) =>
    shapes === null ? [] : [{ countedAt: run.counted_at, project: run.project, shapes }],
  );
  const shapes = visits.map((visit) => visit.shapes);
  await addShapes(db, shapes);
  const counted = visits.map((visit) => ({ ...visit, shapes: idsOf(visit.shapes) }));
  await changeCounts(db, slots, counted, 1);
  return ids;
}
