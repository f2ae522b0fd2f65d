/** What only PostgreSQL has: ways not to be let in, two services that start at once, partitions, copies from SQLite. */
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveConfigSchema } from '../../contract/config.ts';
import { type Postgres, startPostgres } from '../../scenarios/io/postgres.ts';
import { ServiceStartError } from '../../service/fault.ts';
import { startService } from '../../service/server.ts';
import { openStore } from '../../service/store/open-store.ts';
import { openPostgres } from '../../service/store/postgres/open.ts';
import { runCli } from '../built-cli.ts';
import { startQuietService } from '../quiet-service.ts';
import { sampleNat, sampleVisit } from '../unit/service/sample-reports.ts';
import { clusterMs, postgresObstacle } from '../unit/service/store-kinds.ts';

let postgres: Postgres;
beforeAll(async () => {
  if (postgresObstacle === null) postgres = await startPostgres({ durable: false });
}, clusterMs);
afterAll(() => postgres?.stop(), clusterMs);
beforeEach((context) => {
  if (postgresObstacle !== null) context.skip(postgresObstacle);
});

const databaseOf = (url: string): string => new URL(url).pathname.slice(1);
const storedAt = new Date('2026-11-20T12:00:00.000Z');

describe('a store that cannot be opened', () => {
  const secret = 'wrong-horse-battery-staple';

  async function refusal(open: () => Promise<unknown>): Promise<ServiceStartError['failure']> {
    try {
      await open();
    } catch (error) {
      if (error instanceof ServiceStartError) return error.failure;
      throw error;
    }
    throw new Error('it was opened');
  }

  async function prepared(sql: string): Promise<string> {
    const url = await postgres.database();
    await (await openStore(url)).close();
    await postgres.sql(sql, databaseOf(url));
    return url;
  }

  const cases: readonly [code: string, url: () => string | Promise<string>][] = [
    ['store-unreachable', () => `postgres://polynya:${secret}@127.0.0.1:1/store`],
    ['store-unreachable', () => `postgres://polynya:${secret}@/store?host=/nowhere`],
    ['store-unreachable', () => `postgres://polynya:${secret}@polynya.invalid/store`],
    ['store-login-refused', () => postgres.url({ password: secret })],
    ['store-login-refused', () => postgres.url({ user: 'nobody', password: secret })],
    ['store-database-missing', () => postgres.url({ database: 'none' })],
    [
      'store-no-rights',
      async () => {
        await postgres.sql(`create role guest login password '${secret}'`);
        const database = databaseOf(await postgres.database());
        return postgres.url({ user: 'guest', password: secret, database });
      },
    ],
    ['store-newer', () => prepared('update schema_version set version = 999')],
    ['store-half-copied', () => prepared('create table copy_progress (name text)')],
    ['config-invalid', () => `postgres://polynya:${secret}@host:port/store`],
  ];

  it.each(cases)('says %s, what to do, and no password', async (code, url) => {
    const store = await url();
    const failure = await refusal(() => openStore(store));
    expect(failure).toMatchObject({ code, next: expect.stringMatching(/\w/) });
    expect(JSON.stringify(failure)).not.toContain(secret);
    expect(JSON.stringify(failure)).not.toContain(new URL(postgres.url({})).password);
  });

  it('says so of a PostgreSQL that is too old', async () => {
    const failure = await refusal(() => openPostgres(postgres.url({}), 990_000));
    expect(failure).toMatchObject({
      code: 'store-too-old',
      message: expect.stringContaining('PostgreSQL 1'),
    });
  });

  it('ends polynya serve with 3, without the password in what it prints', async () => {
    const url = postgres.url({ password: secret });
    const { code, stdout, stderr } = await runCli(['serve', '--port', '0', '--no-stun', '--store', url]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('refuses the user or the password');
    expect(stderr).toContain('PGPASSWORD');
    expect(stderr).not.toContain(secret);
  });
});

describe('services that start at once on an empty database', () => {
  it('all come up, and see each other’s reports', async () => {
    const store = await postgres.database();
    const config = serveConfigSchema.parse({ port: 0, store, stun: { enabled: false }, log: 'silent' });
    const services = await Promise.all([startService(config), startService(config), startService(config)]);
    try {
      const [first, ...others] = services;
      const reply = await fetch(`${first?.url}/api/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(sampleNat()),
      });
      const { id } = (await reply.json()) as { id: string };
      for (const other of others) expect((await fetch(`${other.url}/api/runs/${id}`)).status).toBe(200);
    } finally {
      await Promise.all(services.map((service) => service.close()));
    }
    expect(await postgres.sql('select count(*) from schema_version', databaseOf(store))).toBe('1');
  });
});

describe('the tables of details', () => {
  const months = `select string_agg(relname, ' ' order by relname) from pg_class
    where relkind = 'r' and relname like 'attempts\\_%'`;
  const never = new AbortController().signal;

  it('have a part for each month, which goes as a whole when its reports are too old', async () => {
    const url = await postgres.database();
    const store = await openStore(url);
    const ask = (text: string) => postgres.sql(text, databaseOf(url));
    try {
      for (const at of ['2026-10-02T00:00:00Z', '2026-11-19T00:00:00Z', '2024-05-05T00:00:00Z']) {
        await store.addReport(sampleVisit({ at }), storedAt);
      }
      expect(await ask(months)).toBe('attempts_2026_10 attempts_2026_11 attempts_rest');
      expect(await ask('select counted_at from attempts_2026_10')).toBe('2026-10-02T00:00:00.000Z');
      expect(await ask('select counted_at from attempts_rest')).toBe('2024-05-05T00:00:00.000Z');
      expect(await store.keep(new Date('2026-11-27T12:00:00Z'), 20, never)).toBe(2);
      expect(await ask(months)).toBe('attempts_2026_11 attempts_2026_12 attempts_rest');
      expect(await ask('select count(*) from attempts')).toBe('1');
    } finally {
      await store.close();
    }
  });

  it('take reports of a month for which the clock of the host once was wrong', async () => {
    const url = await postgres.database();
    const store = await openStore(url);
    try {
      const inNovember = (day: number) => sampleVisit({ at: `2026-11-0${day}T00:00:00Z` });
      await store.addReport(inNovember(1), new Date('2027-06-01T00:00:00Z'));
      await store.addReport(inNovember(2), storedAt);
      await store.addReport(inNovember(3), storedAt);
      expect(await postgres.sql('select count(*) from attempts_rest', databaseOf(url))).toBe('3');
    } finally {
      await store.close();
    }
  });
});

describe('a database of the release before projects', () => {
  it('keeps reports, links, servers and every count, in the default project', async () => {
    const url = await postgres.database();
    const old = await openStore(url);
    const reports = Array.from({ length: 30 }, (_none, n) => sampleVisit({ sentence: `Visit ${n}.` }));
    await Promise.all(reports.map((report) => old.addReport(report, storedAt)));
    const before = await old.breakdown({}, storedAt);
    expect(before.visits).toBe(30);
    await old.close();
    // What the release has made, taken away again.
    await postgres.sql(
      `alter table visit_counts drop constraint visit_counts_by_project;
       alter table visit_counts drop column project;
       alter table visit_counts add constraint visit_counts_key primary key (detail, size, bucket, shape, slot);
       alter table runs drop column project; alter table links drop column project;
       alter table servers drop column project; alter table monitors drop column project;
       drop table projects; update schema_version set version = 8`,
      databaseOf(url),
    );
    const store = await openStore(url);
    try {
      expect(await store.breakdown({}, storedAt)).toEqual(before);
      expect(await store.breakdown({}, storedAt, ['default'])).toEqual(before);
      expect((await store.breakdown({}, storedAt, ['other'])).visits).toBe(0);
      const known = await store.addReport(sampleVisit({ sentence: 'Visit 0.' }), storedAt);
      expect(known.added).toBe(false);
      await store.deleteRun(known.summary.id, ['default']);
      expect((await store.breakdown({}, storedAt)).visits).toBe(29);
    } finally {
      await store.close();
    }
  });
});

describe('a connection', () => {
  it('waits for the disk at every commit, though the database does not ask for it', async () => {
    const url = await postgres.database();
    await postgres.sql(`alter database ${databaseOf(url)} set synchronous_commit = off`);
    const { db } = await openPostgres(url);
    try {
      const { rows } = await sql`show synchronous_commit`.execute(db);
      expect(rows).toEqual([{ synchronous_commit: 'on' }]);
    } finally {
      await db.destroy();
    }
  });
});

describe('more reports than it can take', () => {
  it('are refused with a time to come again; all that was acknowledged is there, and nothing else', async () => {
    const store = await postgres.database();
    const service = await startQuietService({ store });
    const blocker = new pg.Client({ connectionString: store });
    try {
      await blocker.connect();
      await blocker.query('begin; lock table runs in share mode');
      let onRefusal = (): void => {};
      const refusal = new Promise<void>((resolve) => {
        onRefusal = resolve;
      });
      const send = async (sentence: string) => {
        const reply = await fetch(`${service.url}/api/reports`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sampleVisit({ sentence })),
        });
        if (reply.status !== 200) onRefusal();
        const retryAfter = reply.headers.get('retry-after');
        const body = (await reply.json()) as { id?: string; error?: { code: string } };
        return { sentence, status: reply.status, retryAfter, id: body.id, code: body.error?.code };
      };
      // More than one group and all that may wait behind it.
      const sent = Array.from({ length: 700 }, (_, i) => send(`Visit ${i}.`));
      await refusal;
      await blocker.query('rollback');
      const replies = await Promise.all(sent);
      const acknowledged = replies.filter(({ status }) => status === 200);
      const refused = replies.filter(({ status }) => status !== 200);
      expect(acknowledged.length).toBeGreaterThan(0);
      expect(refused.length).toBeGreaterThan(0);
      for (const { status, retryAfter, code } of refused) {
        expect({ status, retryAfter, code }).toEqual({ status: 503, retryAfter: '1', code: 'service-busy' });
      }
      const stored = await postgres.sql('select id from runs', databaseOf(store));
      expect(stored.split('\n').sort()).toEqual(acknowledged.map(({ id }) => id).sort());
      expect((await send(refused[0]?.sentence ?? '')).status).toBe(200);
    } finally {
      await blocker.end();
      await service.close();
    }
  });
});
