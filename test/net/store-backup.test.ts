/** Backup while reports come in, restore, and a store of the first release: with the built command. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runQuerySchema, successQuerySchema } from '../../contract/runs.ts';
import { backUp, restore } from '../../service/backup.ts';
import { schemaVersion } from '../../service/store/migrations.ts';
import { openSqliteStore } from '../../service/store/sqlite.ts';
import type { Store } from '../../service/store/store.ts';
import { type Ended, requireBuilt, runCli } from '../built-cli.ts';
import { sampleNat, sampleVisit } from '../unit/service/sample-reports.ts';

/** Written by the code of the first release that kept reports. */
const firstRelease = fileURLToPath(new URL('../vectors/store-of-first-release.sqlite', import.meta.url));

let folder: string;
let file: string;
let backups: string;
let store: Store;
beforeAll(requireBuilt);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polynya-backup-'));
  file = join(folder, 'runs.sqlite');
  backups = join(folder, 'backups');
  mkdirSync(backups);
  store = await openSqliteStore(file);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const add = (n: number) => store.addReport(sampleVisit({ sentence: `Visit ${n}.` }), new Date());
const backup = (...more: string[]): Promise<Ended> =>
  runCli(['store', 'backup', file, '--into', backups, ...more]);
const putBack = (from: string, to: string): Promise<Ended> => runCli(['store', 'restore', from, to]);
const onlyBackup = () =>
  join(backups, readdirSync(backups).find((name) => name.endsWith('.sqlite')) ?? 'none');

/** Every report with its id, as they are stored. */
async function reportsIn(from: Store): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  for (let offset = 0; ; offset += 100) {
    const { runs } = await from.listRuns(runQuerySchema.parse({ limit: 100, offset }));
    for (const { id } of runs) found.set(id, (await from.getRun(id))?.report);
    if (runs.length < 100) return found;
  }
}

describe('a backup', () => {
  it('made while reports come in has all that were stored before it, and restores them as they were', async () => {
    for (let n = 0; n < 50; n += 1) await add(n);
    const before = await reportsIn(store);
    let more = 50;
    const running = backup();
    let isRunning = true;
    void running.finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      await add(more);
      more += 1;
      // SQLite answers at once: without a turn of events nobody would hear that the backup has ended.
      await setImmediate();
    }
    const { code, stdout, stderr } = await running;
    expect([code, stderr]).toEqual([0, '']);
    // Reports were stored all the while.
    expect(more).toBeGreaterThan(51);
    expect(stdout).toMatch(/polynya-\d{8}T\d{6}Z\.sqlite: \d+ reports, schema version \d+, checked$/m);
    expect(statSync(onlyBackup()).mode & 0o777).toBe(0o600);

    const used = await putBack(onlyBackup(), file);
    expect([used.code, used.stderr]).toEqual([3, expect.stringContaining('is in use')]);
    const after = await reportsIn(store);
    expect(after.size).toBe(more);

    // In place of a store that nobody uses.
    const place = join(folder, 'other.sqlite');
    copyFileSync(firstRelease, place);
    expect(await putBack(onlyBackup(), place)).toMatchObject({ code: 0, stderr: '' });
    expect(statSync(place).mode & 0o777).toBe(0o600);
    await store.close();
    store = await openSqliteStore(place);
    const restored = await reportsIn(store);
    for (const [id, report] of before) expect(restored.get(id)).toEqual(report);
    for (const [id, report] of restored) expect(after.get(id)).toEqual(report);
    // It is a store like any other, and what was in its place is still there.
    await add(9_999);
    const aside = await openSqliteStore(`${place}.before-restore`);
    expect(await aside.countRuns()).toBe(5);
    await aside.close();
  });

  it('of a day ago makes room, other files stay', async () => {
    for (const day of ['01', '02', '03'])
      writeFileSync(join(backups, `polynya-202611${day}T031000Z.sqlite`), '');
    writeFileSync(join(backups, 'notes.txt'), '');
    const { stdout } = await backup('--keep', '2');
    expect(stdout).toContain('deleted polynya-20261101T031000Z.sqlite, polynya-20261102T031000Z.sqlite');
    expect(readdirSync(backups).filter((name) => /1103T|notes/.test(name))).toHaveLength(2);
    expect(readdirSync(backups)).toHaveLength(3);
  });

  it('that is damaged, newer or no store is not put back, and the store stays', async () => {
    const bad = join(folder, 'bad.sqlite');
    writeFileSync(bad, 'no database\n'.repeat(1_000));
    const newer = join(folder, 'newer.sqlite');
    const later = await openSqliteStore(newer);
    await later.close();
    const raw = new Database(newer);
    raw.exec('update schema_version set version = 999');
    raw.close();
    const damaged = join(folder, 'damaged.sqlite');
    const bytes = readFileSync(firstRelease);
    writeFileSync(damaged, bytes.fill(0xff, 8_192, 16_384));
    const place = join(folder, 'other.sqlite');
    copyFileSync(firstRelease, place);
    for (const [from, reason] of [
      [bad, 'is no store'],
      [newer, 'schema version 999'],
      [damaged, 'damaged.sqlite is'],
      [join(folder, 'gone.sqlite'), 'does not exist'],
    ] as const) {
      expect(() => restore(from, place)).toThrow(reason);
    }
    expect(readFileSync(place).equals(readFileSync(firstRelease))).toBe(true);
    expect(readdirSync(folder).filter((name) => /part|before/.test(name))).toEqual([]);
  });

  it('ends with 3 where there is no store or no folder', async () => {
    const nowhere = join(folder, 'nowhere');
    const { code, stderr } = await runCli(['store', 'backup', nowhere, '--into', backups]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('does not exist')]);
    expect(() => backUp(file, nowhere, new Date())).toThrow('ENOENT');
    expect(readdirSync(backups)).toEqual([]);
  });
});

describe('the store of the first release', () => {
  it('opens, keeps every report, server and attempt, and takes new ones', async () => {
    const old = join(folder, 'old.sqlite');
    copyFileSync(firstRelease, old);
    expect(backUp(old, backups, new Date())).toMatchObject({ runs: 5, schema: 1 });
    await store.close();
    store = await openSqliteStore(old);
    const reports = await reportsIn(store);
    expect(reports.size).toBe(5);
    for (const report of reports.values()) {
      expect(report).toMatchObject({ version: 1, kind: expect.stringMatching(/^(nat|visit)-report$/) });
    }
    expect(await store.listServers()).toMatchObject([
      { label: 'Relay of the first release', auth: 'password', credential: 'not a real password' },
    ]);
    const byDay = successQuerySchema.parse({ bucket: 'day' });
    const { series } = await store.success(byDay, new Date('2026-11-22T00:00:00Z'));
    expect(series.length).toBeGreaterThan(0);
    await store.addReport(sampleNat(), new Date());
    expect(backUp(old, backups, new Date())).toMatchObject({ runs: 6, schema: schemaVersion });
  });
});
