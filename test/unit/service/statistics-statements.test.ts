/** What statistics cost is what they read: without a database, the statements that are sent to one. */
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { breakdown } from '../../../service/store/breakdown-query.ts';
import { successSeries } from '../../../service/store/success-query.ts';
import type { Tables } from '../../../service/store/tables.ts';

const now = new Date('2026-11-20T12:34:56.789Z');
const [sinceHour, sinceMoment] = ['2026-08-22T00:00:00.000Z', '2026-08-22T12:34:56.789Z'];

let sent: string[];
const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (introspected) => new SqliteIntrospector(introspected),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  log: ({ query }) => {
    sent.push(query.sql);
  },
});
beforeEach(() => {
  sent = [];
});

describe('statistics', () => {
  it.each([
    ['a breakdown', () => breakdown(db, { since: sinceMoment }, now), { visit_counts: 3, runs: 2 }],
    [
      'a breakdown of one server from midnight to midnight',
      () => breakdown(db, { since: sinceHour, until: '2026-11-20T00:00:00Z', server: 'stun:a' }, now),
      { visit_counts: 1, runs: 1 },
    ],
    [
      'success by day',
      () => successSeries(db, { bucket: 'day', since: sinceMoment, path: 'relay' }, now),
      { visit_counts: 3, runs: 2 },
    ],
    ['success by hour', () => successSeries(db, { bucket: 'hour' }, now), { visit_counts: 1, runs: 2 }],
    [
      'success of a link',
      () => successSeries(db, { bucket: 'hour', link: 'l1' }, now),
      { visit_counts: 0, runs: 1 },
    ],
  ])('%s is one statement that reads each part of its range once', async (_what, ask, read) => {
    await ask();
    expect(sent).toHaveLength(1);
    const reads = (table: string) => sent.join().split(`from "${table}"`).length - 1;
    expect({ visit_counts: reads('visit_counts'), runs: reads('runs') }).toEqual(read);
  });
});
