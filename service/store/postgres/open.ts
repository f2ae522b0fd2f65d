/** The store in PostgreSQL. Loaded only when it is asked for. */
import { CompiledQuery, Kysely, sql } from 'kysely';
import pg from 'pg';
import { failure } from '../../../contract/failures.ts';
import { ServiceStartError } from '../../fault.ts';
import type { Engine } from '../engine.ts';
import { migrate } from '../migrations.ts';
import type { Store } from '../store.ts';
import { storeOver } from '../store-over.ts';
import type { Tables } from '../tables.ts';
import { columnTypes, plainNumbers, TextDialect } from './dialect.ts';
import { openFailure } from './open-failure.ts';
import { monthMaker, partitionDetails } from './partitions.ts';
import { settleCounts } from './settle-counts.ts';
import { placeOf, postgresUrl } from './url.ts';

/** Connections of one service. */
const poolSize = 10;
const connectMs = 5_000;
/** `server_version_num` of the oldest release that the PostgreSQL project still mended when this was written. */
const oldestVersion = 140_000;

export interface OpenedPostgres {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
}

/**
 * Connects and brings the schema up to date; several services may do so at once. Throws {@link ServiceStartError} with
 * one of the codes that begin with `store-`.
 */
export async function openPostgresStore(url: string): Promise<Store> {
  const { db, engine } = await openPostgres(url);
  try {
    await refuseHalfCopied(db, url);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return storeOver(db, engine);
}

/** The same, for who needs the tables themselves. */
export async function openPostgres(url: string, oldest = oldestVersion): Promise<OpenedPostgres> {
  if (postgresUrl(url) === null) {
    throw new ServiceStartError(
      failure('config-invalid', 'store: not a URL; write postgres://USER@HOST/DATABASE'),
    );
  }
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'polynya',
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    types: plainNumbers(),
  });
  // An idle connection that breaks is replaced when the next one is needed; who uses one hears of it there.
  pool.on('error', () => {});
  const db = new Kysely<Tables>({
    dialect: new TextDialect({
      pool,
      // A report is acknowledged when it is on the disk, whatever the server’s default is.
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('set synchronous_commit = on'));
      },
    }),
  });
  const engine: Engine = {
    ...columnTypes,
    slots: poolSize,
    lockMigrations: async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtext('polynya migrations'))`.execute(trx);
    },
    partitionDetails,
    ...monthMaker(),
    settleCounts,
  };
  try {
    await refuseOld(db, url, oldest);
    await migrate(db, engine);
  } catch (error) {
    await db.destroy();
    throw openFailure(error, url);
  }
  return { db, engine };
}

async function refuseOld(db: Kysely<Tables>, url: string, oldest: number): Promise<void> {
  const { rows } = await sql<{ number: number; name: string }>`
    select current_setting('server_version_num')::integer as number, current_setting('server_version') as name
  `.execute(db);
  const [version] = rows;
  if (version === undefined || version.number >= oldest) return;
  throw new ServiceStartError(failure('store-too-old', `${placeOf(url)} is PostgreSQL ${version.name}`));
}

/** What `polynya store copy` has begun and not ended is no whole store: see copy/progress.ts. */
async function refuseHalfCopied(db: Kysely<Tables>, url: string): Promise<void> {
  const { rows } = await sql<{ begun: boolean }>`
    select to_regclass('copy_progress') is not null as begun
  `.execute(db);
  if (rows[0]?.begun) throw new ServiceStartError(failure('store-half-copied', placeOf(url)));
}
