import { afterEach, beforeEach, expect, it } from 'vitest';
import { addReports, arrivalOf } from '../../../service/store/add-report.ts';
import type { Engine } from '../../../service/store/engine.ts';
import { insertReports } from '../../../service/store/insert-reports.ts';
import { openSqlite } from '../../../service/store/sqlite.ts';
import { sampleVisit } from './sample-reports.ts';

let db: Awaited<ReturnType<typeof openSqlite>>;
beforeEach(async () => {
  db = await openSqlite(':memory:');
});
afterEach(() => db.destroy());

const nothing = async (): Promise<void> => {};
const engine = (insert: Engine['insertReports']): Engine => ({
  text: 'text',
  real: 'real',
  slots: 1,
  lockMigrations: nothing,
  partitionDetails: nothing,
  makeMonths: nothing,
  dropMonths: nothing,
  settleCounts: nothing,
  insertReports: insert,
});

it('a visit whose code is taken gets another one', async () => {
  const arrivals = ['a', 'b', 'c'].map((sentence) => arrivalOf(sampleVisit({ sentence }), new Date()));
  const sizes: number[] = [];
  const clumsy = engine((_db, reports) => {
    sizes.push(reports.length);
    const same = reports.map((each) => ({ ...each, run: { ...each.run, visit_code: 'AAAAAA' } }));
    return db.transaction().execute((trx) => insertReports(trx, 1, sizes.length === 1 ? same : reports));
  });
  const stored = await addReports(db, clumsy, arrivals);
  expect(sizes).toEqual([3, 2]);
  expect(stored.map(({ added }) => added)).toEqual([true, true, true]);
  const rows = await db.selectFrom('runs').select(['sentence', 'visit_code']).execute();
  expect(rows.map(({ sentence }) => sentence).sort()).toEqual(['a', 'b', 'c']);
  expect(new Set(rows.map(({ visit_code }) => visit_code)).size).toBe(3);
});
