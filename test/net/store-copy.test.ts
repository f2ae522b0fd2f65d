/** `polynya store copy`: the built command, killed and run again; what it has copied is compared row by row. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import Database from 'libsql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Postgres, startPostgres } from '../../scenarios/io/postgres.ts';
import { Access } from '../../service/access.ts';
import { copyStore } from '../../service/store/copy/copy-store.ts';
import { openStore } from '../../service/store/open-store.ts';
import { openPostgres } from '../../service/store/postgres/open.ts';
import { openSqlite, openSqliteStore } from '../../service/store/sqlite.ts';
import type { Tables } from '../../service/store/tables.ts';
import { builtCli, requireBuilt, runCli } from '../built-cli.ts';
import { readVisit, sampleNat, sampleTurn, sampleVisit } from '../unit/service/sample-reports.ts';
import { clusterMs, postgresObstacle } from '../unit/service/store-kinds.ts';

const storedAt = new Date('2026-11-20T12:00:00.000Z');
/** Each of the 40 reports of the store comes so often. */
const copies = 25;
const runs = 40 * copies;

let postgres: Postgres;
let folder: string;
let file: string;

beforeAll(async () => {
  requireBuilt();
  folder = mkdtempSync(join(tmpdir(), 'polynya-copy-'));
  file = join(folder, 'runs.sqlite');
  if (postgresObstacle !== null) return;
  postgres = await startPostgres({ durable: false });
  await fill(file);
}, clusterMs);
afterAll(async () => {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}, clusterMs);
beforeEach((context) => {
  if (postgresObstacle !== null) context.skip(postgresObstacle);
});

async function fill(path: string): Promise<void> {
  const store = await openSqliteStore(path);
  const turn = { id: 's1', label: 'TURN', urls: ['turn:192.0.2.1'], username: 'alice' } as const;
  await store.addServer({ ...turn, auth: 'password', credential: 'pa$$"word', enabled: true }, storedAt);
  await store.saveTest('s1', { at: storedAt.toISOString(), results: sampleNat().body.servers });
  const times = { createdAt: '2026-11-20T10:00:00Z', expiresAt: '2026-11-21T10:00:00Z', revokedAt: null };
  const words = { label: '표 4711', servers: ['s1'], consent: 'We keep it.', contact: null };
  await store.addLink({ id: 'l1', ...words, ...times }, 'hash');
  const { sessions, keys } = new Access(null, store.access);
  const maker = { kind: 'user', id: 'u1', name: '표', role: 'admin', projects: ['p1'] } as const;
  await sessions.start(maker, storedAt.getTime());
  const { key } = await keys.create({ name: 'ci', role: 'viewer', lifetimeDays: null }, maker, storedAt);
  const done = { operation: 'createKey', target: key.id, outcome: 'done', requestId: 'r1', times: 1 };
  await store.access.audit.put({ id: 'a1', at: storedAt.toISOString(), who: key.createdBy, ...done });
  for (let i = 0; i < 36; i++) {
    const at = new Date(storedAt.getTime() - i * 1e9).toISOString();
    const told = { id: 'udp-blocked' as const, urls: [] };
    await store.addReport(
      sampleVisit({ at, sentence: `방문 ${i}`, durationMs: i + 0.1, causes: [told] }),
      storedAt,
    );
  }
  for (const report of [readVisit(), sampleNat(), sampleTurn(), sampleTurn({ uri: 'turns:b' })]) {
    await store.addReport(report, storedAt);
  }
  await store.close();
  const raw = new Database(path);
  const multiply = (table: string, id: string, changes: Readonly<Record<string, string>>): void => {
    const columns = (raw.prepare(`pragma table_info(${table})`).all() as { name: string }[]).map(
      ({ name }) => name,
    );
    const values = columns.map((name) => changes[name] ?? (name === id ? `${id} || '-' || n` : name));
    raw.exec(`with recursive copy(n) as (select 1 union all select n + 1 from copy where n < ${copies - 1})
      insert into ${table} (${columns.join()}) select ${values.join()} from ${table}, copy`);
  };
  raw.exec('begin');
  multiply('runs', 'id', { digest: "digest || '-' || n", visit_code: 'null' });
  for (const table of ['attempts', 'server_results', 'run_causes']) multiply(table, 'run_id', {});
  raw.exec('commit');
  raw.close();
}

/** Every table that holds data, each row as text, in order. */
async function contentOf(db: Kysely<Tables>): Promise<Record<string, string[]>> {
  const tables: readonly (keyof Tables)[] = [
    ...(['runs', 'attempts', 'server_results', 'run_causes', 'visit_shapes', 'shape_outcomes'] as const),
    ...(['shape_findings', 'visit_counts', 'links', 'servers', 'server_tests'] as const),
    ...(['sessions', 'api_keys', 'audit'] as const),
  ];
  const content: Record<string, string[]> = {};
  for (const table of tables) {
    const { rows } = await sql<object>`select * from ${sql.table(table)}`.execute(db);
    const texts = rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))));
    content[table] = texts.sort();
  }
  return content;
}

async function expectCopied(url: string): Promise<void> {
  const source = await openSqlite(file);
  const { db } = await openPostgres(url);
  try {
    const wanted = await contentOf(source);
    expect(Object.values(wanted).filter((rows) => rows.length === 0)).toEqual([]);
    expect(await contentOf(db)).toEqual(wanted);
  } finally {
    await Promise.all([source.destroy(), db.destroy()]);
  }
}

/** Kills the copy a moment after one of its lines of progress, chosen at random. False: it had ended before. */
async function killedCopy(url: string): Promise<boolean> {
  const child = spawn(process.execPath, [builtCli, 'store', 'copy', file, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let left = 1 + Math.floor(Math.random() * 5);
  for await (const _line of createInterface({ input: child.stderr })) {
    left -= 1;
    if (left > 0) continue;
    await pause(Math.random() * 20);
    child.kill('SIGKILL');
    break;
  }
  const [, signal] = await ended;
  return signal === 'SIGKILL';
}

describe('polynya store copy', { timeout: 180_000 }, () => {
  it('is killed again and again, goes on where it was, and loses nothing', async () => {
    const url = await postgres.database();
    let kills = 0;
    for (let i = 0; i < 3; i++) {
      if (await killedCopy(url)) kills += 1;
      if (i === 0)
        await expect(openStore(url)).rejects.toMatchObject({ failure: { code: 'store-half-copied' } });
    }
    expect(kills).toBeGreaterThanOrEqual(2);
    const { code, stdout } = await runCli(['store', 'copy', file, url], { timeoutMs: 60_000 });
    expect([code, stdout]).toEqual([0, expect.stringMatching(`^resumed and ended: ${runs} runs `)]);
    await expectCopied(url);
    const store = await openStore(url);
    try {
      expect(await store.countRuns()).toBe(runs);
      expect((await store.breakdown({}, storedAt)).visits).toBeGreaterThan(0);
    } finally {
      await store.close();
    }
  });

  it('refuses a database with data of another store, until it is told to replace them', async () => {
    const url = await postgres.database();
    const store = await openStore(url);
    await store.addReport(sampleVisit(), storedAt);
    await store.close();
    const refused = await runCli(['store', 'copy', file, url], { timeoutMs: 60_000 });
    expect([refused.code, refused.stdout]).toEqual([3, '']);
    expect(refused.stderr).toContain('--replace');
    expect(refused.stderr).not.toContain(new URL(url).password);
    const { resumed, rows } = await copyStore({ file, url, replace: true, onProgress: () => {} });
    expect([resumed, rows.runs]).toEqual([false, runs]);
    await expectCopied(url);
  });

  it.each([
    { from: () => join(folder, 'none.sqlite'), to: () => postgres.url({}), code: 'store-failed' },
    { from: () => file, to: () => join(folder, 'other.sqlite'), code: 'config-invalid' },
    { from: () => file, to: () => postgres.url({ password: 'wrong' }), code: 'store-login-refused' },
  ])('says $code', async ({ from, to, code }) => {
    const copy = copyStore({ file: from(), url: to(), replace: false, onProgress: () => {} });
    await expect(copy).rejects.toMatchObject({ failure: { code } });
  });
});
