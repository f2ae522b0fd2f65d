import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../contract/failures.ts';
import { type RunQuery, runQuerySchema } from '../../../contract/runs.ts';
import { accessTables } from '../../../service/store/access/access-migration.ts';
import { fleetTables } from '../../../service/store/fleet/fleet-migration.ts';
import { openSqliteStore } from '../../../service/store/sqlite.ts';
import type { Store } from '../../../service/store/store.ts';
import {
  readVisit,
  relayedAttempt,
  sampleAttempt,
  sampleNat,
  sampleTurn,
  sampleVisit,
} from './sample-reports.ts';
import { describeStores } from './store-kinds.ts';

const storedAt = new Date('2026-11-20T12:00:00.000Z');
const query = (over: Partial<RunQuery> = {}): RunQuery => ({ ...runQuerySchema.parse({}), ...over });

let store: Store;

async function add(...reports: Parameters<Store['addReport']>[0][]): Promise<string[]> {
  const ids = [];
  for (const report of reports) ids.push((await store.addReport(report, storedAt)).summary.id);
  return ids;
}

const use = (opened: Store): void => {
  store = opened;
};

describeStores(use, (again) => {
  describe('reports', () => {
    it('come back as they went in, also after the file was closed and opened again', async () => {
      const reports = [
        sampleNat(),
        sampleVisit({ sentence: 'ICE 연결 성공 – \u0000 \ud800 "quoted" \\u0000 🧊' }),
      ];
      const ids = await add(...reports);
      await again();
      for (const [index, id] of ids.entries()) {
        expect((await store.getRun(id))?.report).toEqual(reports[index]);
      }
      expect(await store.countRuns()).toBe(2);
    });

    it('are stored once, also when they come at the same time', async () => {
      const results = await Promise.all(
        Array.from({ length: 10 }, () => store.addReport(sampleVisit(), storedAt)),
      );
      expect(new Set(results.map(({ summary }) => summary.id)).size).toBe(1);
      expect(results.filter(({ added }) => added)).toHaveLength(1);
      expect(await store.countRuns()).toBe(1);
      const [first] = results;
      for (const { summary } of results) expect(summary).toEqual(first?.summary);
    });

    it('come to the same when many arrive at once as when they come one by one', async () => {
      const ends = [
        sampleAttempt(),
        relayedAttempt(),
        relayedAttempt({ rung: 'S0', succeeded: false, failure: failure('turn-401') }),
      ];
      const told = { id: 'udp-blocked' as const, urls: [] };
      const visits = Array.from({ length: 60 }, (_, i) =>
        sampleVisit({
          at: `2026-11-20T0${i % 9}:00:00Z`,
          sentence: `Visit ${i}.`,
          attempts: ends.slice(0, 1 + (i % 3)),
          servers: sampleNat().body.servers,
          causes: i % 4 === 0 ? [told] : [],
        }),
      );
      const reports = [...visits, readVisit(), sampleNat(), sampleTurn(), ...visits.slice(0, 20)];
      const all = async () => ({
        breakdown: await store.breakdown({}, storedAt),
        success: await store.success({ bucket: 'hour' }, storedAt),
        runs: (await store.listRuns(query({ limit: 100 }))).runs
          .map(({ id: _id, code: _code, ...run }) => JSON.stringify(run))
          .sort(),
      });
      await Promise.all(reports.map((report) => store.addReport(report, storedAt)));
      const atOnce = await all();
      expect(atOnce.runs).toHaveLength(63);
      const { runs } = await store.listRuns(query({ limit: 100 }));
      for (const { id } of runs) await store.deleteRun(id);
      expect((await all()).breakdown.visits).toBe(0);
      await add(...reports);
      expect(await all()).toEqual(atOnce);
    });

    it('are deleted with their attempts', async () => {
      const [id] = await add(sampleVisit());
      expect(await store.deleteRun(id ?? '')).toBe(true);
      expect(await store.deleteRun(id ?? '')).toBe(false);
      expect(await store.getRun(id ?? '')).toBeNull();
      const series = await store.success({ bucket: 'hour' }, storedAt);
      expect(series.series).toEqual([]);
    });
  });

  describe('listRuns', () => {
    const sentences = (list: { runs: { headline: { sentence: string } }[] }) =>
      list.runs.map((run) => run.headline.sentence);

    beforeEach(async () => {
      await add(
        sampleVisit({ at: '2026-11-20T10:00:00Z', sentence: 'a', status: 'good', durationMs: 30 }),
        sampleNat({ at: '2026-11-20T11:00:00Z', sentence: 'b', status: 'limited' }),
        sampleVisit({
          at: '2026-11-19T10:00:00Z',
          sentence: 'c 100%_\\',
          status: 'bad',
          durationMs: 10,
          attempts: [relayedAttempt()],
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        }),
        sampleVisit({ at: '2026-11-20T13:00:00+09:00', sentence: 'd', status: 'unknown', durationMs: 20 }),
      );
    });

    it.each<[Partial<RunQuery>, string]>([
      [{}, 'b a d c'],
      [{ order: 'asc' }, 'c d a b'],
      [{ sort: 'duration', order: 'asc' }, 'c d a b'],
      [{ sort: 'status', order: 'asc' }, 'c b d a'],
      [{ sort: 'kind', order: 'asc' }, 'b a d c'],
      [{ kind: 'nat-report' }, 'b'],
      [{ status: 'bad' }, 'c'],
      [{ path: 'relay' }, 'c'],
      [{ path: 'mesh' }, 'a d'],
      [{ path: 'sfu' }, ''],
      [{ since: '2026-11-20T19:00:00+09:00' }, 'b a'],
      [{ until: '2026-11-20T10:00:00Z' }, 'd c'],
      [{ q: 'FIREFOX' }, 'c'],
      [{ q: 'symmetric' }, 'b'],
      [{ q: '100%_\\' }, 'c'],
      [{ q: '%' }, 'c'],
      [{ q: '_' }, 'c'],
      [{ q: "'; drop table runs; --" }, ''],
      [{ q: '' }, 'b a d c'],
    ])('%j', async (over, expected) => {
      const list = await store.listRuns(query(over));
      expect(
        sentences(list)
          .map((sentence) => sentence[0])
          .join(' '),
      ).toBe(expected);
      expect(list.total).toBe(list.runs.length);
    });

    it('pages without overlap, and counts all', async () => {
      const first = await store.listRuns(query({ limit: 3 }));
      const second = await store.listRuns(query({ limit: 3, offset: 3 }));
      expect(first.total).toBe(4);
      expect([...sentences(first), ...sentences(second)]).toHaveLength(4);
      expect(new Set([...first.runs, ...second.runs].map((run) => run.id)).size).toBe(4);
    });
  });

  describe('success', () => {
    const toolFault = { code: 'harness-fault', blame: 'tool', message: 'm', next: 'n' } as const;
    const iceFault = { code: 'ice-failed', blame: 'network', message: 'm', next: 'n' } as const;

    it('gives a rate with interval per path and bucket, and counts harness faults apart', async () => {
      const failed = sampleAttempt({ succeeded: false, rung: 'S1', failure: iceFault });
      const broken = sampleAttempt({ succeeded: false, rung: 'S2', failure: toolFault });
      await add(
        sampleVisit({ at: '2026-11-20T10:05:00Z', attempts: [sampleAttempt(), relayedAttempt()] }),
        sampleVisit({ at: '2026-11-20T10:55:00Z', attempts: [failed, broken] }),
        sampleVisit({ at: '2026-11-20T11:00:00Z', attempts: [sampleAttempt()] }),
        sampleVisit({ at: '2026-11-20T08:00:00Z', attempts: [broken] }),
      );
      const { series } = await store.success({ bucket: 'hour' }, storedAt);
      expect(series.map(({ path }) => path)).toEqual(['mesh', 'relay']);
      const mesh = series[0];
      expect(mesh).toMatchObject({ total: { succeeded: 2, attempts: 3 }, harnessFaults: 2 });
      expect(mesh?.total.rate).toBeCloseTo(2 / 3, 12);
      // The bucket at 08:00 holds nothing but a harness fault: no attempts, no point.
      expect(mesh?.points.map(({ at, succeeded, attempts }) => [at, succeeded, attempts])).toEqual([
        ['2026-11-20T10:00:00.000Z', 1, 2],
        ['2026-11-20T11:00:00.000Z', 1, 1],
      ]);
      expect(mesh?.points[1]?.low).toBeCloseTo(0.2065, 4);
      const perDay = await store.success({ bucket: 'day' }, storedAt);
      expect(perDay.series[0]?.points).toMatchObject([{ at: '2026-11-20T00:00:00.000Z', attempts: 3 }]);
    });

    it('counts a run of this very moment, and cuts the range at both ends', async () => {
      await add(
        sampleVisit({ at: storedAt.toISOString() }),
        sampleVisit({ at: '2026-11-20T10:00:00Z' }),
        sampleVisit({ at: '2026-10-01T10:00:00Z' }),
      );
      const attempts = async (over: { since?: string; until?: string }, bucket: 'hour' | 'day' = 'hour') =>
        (await store.success({ bucket, ...over }, storedAt)).series[0]?.total.attempts ?? 0;
      expect(await attempts({})).toBe(2);
      expect(await attempts({}, 'day')).toBe(3);
      expect(await attempts({ until: '2026-11-20T10:00:00Z', since: '2026-11-20T00:00:00Z' })).toBe(0);
      expect(await attempts({ since: '2026-11-20T19:00:00+09:00', until: '2026-11-20T10:00:01Z' })).toBe(1);
      // 2000 hours are 83 days: a range of years is cut, not refused.
      expect(await attempts({ since: '1990-01-01T00:00:00Z' })).toBe(3);
    });
  });

  describe('keep', () => {
    const never = new AbortController().signal;
    const told = { id: 'udp-blocked' as const, urls: [] };

    it('deletes reports by age with their attempts, and keeps what statistics have counted', async () => {
      const old = ['2025-02-03T10:00:00Z', '2026-08-31T23:59:59Z', '2026-10-21T11:59:59Z'];
      const young = ['2026-10-21T12:00:00Z', '2026-11-20T10:00:00Z'];
      const ids = await add(
        ...[...old, ...young].map((at) => sampleVisit({ at, causes: [told] })),
        sampleNat(),
      );
      const before = await store.breakdown({ since: '2025-01-01T00:00:00Z' }, storedAt);
      expect(before.visits).toBe(5);
      expect(await store.keep(storedAt, null, never)).toBe(0);
      expect(await store.keep(storedAt, 30, never)).toBe(3);
      expect(await store.keep(storedAt, 30, never)).toBe(0);
      const left = await store.listRuns(query({ kind: 'visit-report', order: 'asc', finding: told.id }));
      expect(left.runs.map(({ id }) => id)).toEqual(ids.slice(3, 5));
      expect(left.runs.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
      expect(await store.breakdown({ since: '2025-01-01T00:00:00Z' }, storedAt)).toEqual(before);
      // A report that was deleted by hand is taken back from them.
      await store.deleteRun(ids[4] ?? '');
      expect((await store.breakdown({ since: '2025-01-01T00:00:00Z' }, storedAt)).visits).toBe(4);
    });

    it('ends at once when it is told to', async () => {
      await add(sampleVisit({ at: '2025-02-03T10:00:00Z' }));
      expect(await store.keep(storedAt, 30, AbortSignal.abort())).toBe(0);
      expect(await store.countRuns()).toBe(1);
    });

    it('leaves the sums as they are when it joins what writers have left', async () => {
      const reports = Array.from({ length: 40 }, (_, i) => sampleVisit({ sentence: `Visit ${i}.` }));
      await Promise.all(reports.map((report) => store.addReport(report, storedAt)));
      const before = await store.breakdown({}, storedAt);
      expect(before.visits).toBe(40);
      for (const day of [20, 21, 22]) {
        await store.keep(new Date(`2026-11-${day}T12:00:00Z`), null, never);
        expect(await store.breakdown({}, storedAt)).toEqual(before);
      }
    });
  });

  describe('servers', () => {
    const turn = {
      id: 's1',
      label: 'TURN',
      urls: ['turn:192.0.2.1'],
      username: 'alice',
      auth: 'password',
      credential: 'pa$$"word',
      enabled: true,
    } as const;

    it('keep their order, their secrets and their last test', async () => {
      await store.addServer({ ...turn, id: 's2' }, new Date(2));
      await store.addServer(turn, new Date(1));
      expect((await store.listServers()).map(({ id }) => id)).toEqual(['s1', 's2']);
      expect((await store.listServers())[0]).toEqual(turn);
      expect(await store.updateServer({ ...turn, enabled: false, label: 'off' })).toBe(true);
      expect((await store.listServers())[0]).toMatchObject({ enabled: false, label: 'off' });
      expect(await store.updateServer({ ...turn, id: 'none' })).toBe(false);
      const test = { at: storedAt.toISOString(), results: sampleNat().body.servers };
      await store.saveTest('s1', { ...test, results: [] });
      await store.saveTest('s1', test);
      expect((await store.lastTests()).get('s1')).toEqual(test);
      expect(await store.deleteServer('s1')).toBe(true);
      expect(await store.deleteServer('s1')).toBe(false);
      expect((await store.lastTests()).size).toBe(0);
    });
  });

  describe('turnRuns', () => {
    it('gives the newest turn-reports of each URI, and nothing else', async () => {
      const at = (hour: number) => `2026-11-20T0${hour}:00:00.000Z`;
      const ids = await add(
        sampleTurn({ uri: 'turn:a', at: at(1) }),
        sampleTurn({ uri: 'turn:a', at: at(2), failed: 3 }),
        sampleTurn({ uri: 'turn:a', at: at(3) }),
        sampleTurn({ uri: 'turns:a', at: at(4) }),
        sampleTurn({ uri: 'turn:other', at: at(5) }),
        sampleNat(),
      );
      const found = await store.turnRuns(['turn:a', 'turns:a'], 2);
      expect(found.map(({ id }) => id)).toEqual([ids[3], ids[2], ids[1]]);
      expect(found[2]?.turn).toMatchObject({ uri: 'turn:a', counts: { failed: 3, passed: 1 } });
      expect(await store.turnRuns([], 2)).toEqual([]);
    });
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'polynya-store-'));
    store = await openSqliteStore(join(folder, 'runs.sqlite'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What each migration made, taken away again, and what it took away: the file is as an older release left it. */
  const undone: Readonly<Record<number, string>> = {
    8: accessTables.map((table) => `drop table ${table};`).join('\n'),
    7: fleetTables.map((table) => `drop table ${table};`).join('\n'),
    6: `drop table visit_shapes; drop table shape_outcomes; drop table shape_findings; drop table visit_counts;
        drop index runs_counted; alter table runs drop column shape;
        create index runs_counted on runs (kind, counted_at, nat_legacy, link_id, id);
        create index runs_statistics on runs (id, kind, nat_legacy, link_id);
        create index attempts_counted on attempts (counted_at, path);
        create index server_results_counted on server_results (counted_at, url);
        create index server_results_url on server_results (url);
        create index run_causes_counted on run_causes (counted_at, cause);
        create table visit_hours (hour text, filter text, tally text);`,
    5: `drop table visit_hours; drop index runs_counted; drop index server_results_url;
        alter table runs drop column counted_at;`,
    4: 'drop table run_causes;',
    3: `drop table links; drop table server_results; alter table attempts drop column cause;
        drop index runs_statistics; drop index runs_visit_code; drop index runs_link; drop index runs_visitor;
        alter table runs drop column visit_code; alter table runs drop column link_id;
        alter table runs drop column visitor;
        update runs set nat_mapping = null, nat_filtering = null, nat_legacy = null where kind = 'visit-report';`,
    2: 'drop index runs_target; alter table runs drop column turn; alter table runs drop column target;',
  };
  function backTo(version: number): void {
    const raw = new Database(join(folder, 'runs.sqlite'));
    for (const made of [8, 7, 6, 5, 4, 3, 2].filter((number) => number > version)) {
      raw.exec(undone[made] ?? '');
    }
    raw.exec(`update schema_version set version = ${version}`);
    raw.close();
  }

  it.each([
    { version: 2, without: 'statistics by cause' },
    { version: 5, without: 'shapes of visits' },
  ])('of a release without $without gets them from the stored visits', async ({ version }) => {
    const visit = readVisit();
    const failed = relayedAttempt({ rung: 'S0', succeeded: false, failure: failure('turn-401') });
    visit.body.attempts = [sampleAttempt(), failed];
    await add(visit, sampleNat());
    const before = await store.breakdown({}, storedAt);
    expect(before).toMatchObject({ visits: 1, causes: [{ code: 'turn-401', visits: 1 }] });
    expect(before.nats[0]?.nat).toBe(visit.body.nat?.nat.legacy);
    expect(before.servers.length).toBeGreaterThan(1);
    const list = await store.listRuns(query());
    await store.close();
    backTo(version);
    store = await openSqliteStore(join(folder, 'runs.sqlite'));
    expect(await store.breakdown({}, storedAt)).toEqual(before);
    // A visit that was stored before codes were given has none.
    const runs = list.runs.map((run) => (version < 3 ? { ...run, code: null } : run));
    expect((await store.listRuns(query())).runs).toEqual(runs);
    await store.deleteRun(list.runs.find(({ kind }) => kind === 'visit-report')?.id ?? '');
    expect((await store.breakdown({}, storedAt)).visits).toBe(0);
  });

  it('of the first release keeps its runs and takes turn-reports as well', async () => {
    const [id] = await add(sampleNat());
    await store.close();
    backTo(1);
    store = await openSqliteStore(join(folder, 'runs.sqlite'));
    expect((await store.getRun(id ?? ''))?.report).toEqual(sampleNat());
    await add(sampleTurn());
    expect(await store.turnRuns(['turn:192.0.2.1'], 1)).toHaveLength(1);
  });

  it('can be read by its owner only, WAL included, also when it existed with wider rights', async () => {
    await add(sampleNat());
    const mode = (name: string) => statSync(join(folder, name)).mode & 0o777;
    expect(mode('runs.sqlite')).toBe(0o600);
    expect(mode('runs.sqlite-wal')).toBe(0o600);
    await store.close();
    chmodSync(join(folder, 'runs.sqlite'), 0o644);
    store = await openSqliteStore(join(folder, 'runs.sqlite'));
    expect(mode('runs.sqlite')).toBe(0o600);
  });

  it('is refused when a newer release has written it', async () => {
    const file = join(folder, 'newer.sqlite');
    await (await openSqliteStore(file)).close();
    const raw = new Database(file);
    raw.exec('update schema_version set version = 999');
    raw.close();
    await expect(openSqliteStore(file)).rejects.toThrow(/schema version 999/);
  });

  it('is refused when it is no database', async () => {
    const file = join(folder, 'text.sqlite');
    writeFileSync(file, 'this is not a database, it only has the name of one\n'.repeat(100));
    await expect(openSqliteStore(file)).rejects.toThrow();
  });

  it('keeps nothing in memory mode', async () => {
    const memory = await openSqliteStore(':memory:');
    await memory.addReport(sampleNat(), storedAt);
    await memory.close();
    const again = await openSqliteStore(':memory:');
    expect(await again.countRuns()).toBe(0);
    await again.close();
  });
});
