/** The two databases that a store can be in: one suite runs against both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import { postgresFolder, startPostgres } from '../../../scenarios/io/postgres.ts';
import { openPostgres, openPostgresStore } from '../../../service/store/postgres/open.ts';
import { openSqliteStore } from '../../../service/store/sqlite.ts';
import type { Store } from '../../../service/store/store.ts';

/** Making a cluster takes a second, and many on a machine that does much else. */
export const clusterMs = 60_000;

/** Why tests with PostgreSQL cannot run here; null: they can. */
export const postgresObstacle =
  postgresFolder() === null ? 'not installed: PostgreSQL (apt install postgresql)' : null;

interface StorePlace {
  /** Empties it. */
  fresh(): Promise<Store>;
  /** As it was left. */
  again(): Promise<Store>;
  stop(): Promise<void>;
}

async function sqlitePlace(): Promise<StorePlace> {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-store-'));
  let files = 0;
  const again = () => openSqliteStore(join(folder, `${files}.sqlite`));
  return {
    again,
    fresh: () => {
      files += 1;
      return again();
    },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function postgresPlace(): Promise<StorePlace> {
  const server = await startPostgres({ durable: false });
  const url = await server.database();
  const { db } = await openPostgres(url);
  const tables = await sql<{ name: string }>`select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname not in ('schema_version', 'projects')`.execute(db);
  const again = () => openPostgresStore(url);
  return {
    again,
    fresh: async () => {
      await sql`truncate ${sql.join(tables.rows.map(({ name }) => sql.table(name)))}`.execute(db);
      await db.deleteFrom('projects').where('id', '<>', 'default').execute();
      return again();
    },
    stop: async () => {
      await db.destroy();
      await server.stop();
    },
  };
}

const kinds = [
  { name: 'SQLite', obstacle: null, start: sqlitePlace },
  { name: 'PostgreSQL', obstacle: postgresObstacle, start: postgresPlace },
];

/**
 * Runs the tests once for each database, every one with an empty store.
 * @param use is given the store before each test, and when it was closed and opened again
 */
export function describeStores(
  use: (store: Store) => void,
  tests: (again: () => Promise<void>) => void,
): void {
  describe.each(kinds)('$name', ({ obstacle, start }) => {
    let place: StorePlace | undefined;
    let store: Store | undefined;
    const take = (opened: Store): void => {
      store = opened;
      use(opened);
    };
    beforeAll(async () => {
      if (obstacle === null) place = await start();
    }, clusterMs);
    beforeEach(async (context) => {
      if (place === undefined) return context.skip(obstacle ?? '');
      take(await place.fresh());
    }, clusterMs);
    afterEach(() => store?.close());
    afterAll(() => place?.stop(), clusterMs);

    tests(async () => {
      await store?.close();
      if (place !== undefined) take(await place.again());
    });
  });
}
