/** The store in PostgreSQL. Loaded only when it is asked for. */
import { Socket } from 'node:net';
import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { failure } from '../../../contract/failures.ts';
import { ServiceStartError } from '../../fault.ts';
import type { Engine } from '../engine.ts';
import { migrate } from '../migrations.ts';
import type { Store } from '../store.ts';
import { storeOver } from '../store-over.ts';
import type { OpenedStore } from '../store-source.ts';
import type { Tables } from '../tables.ts';
import { columnTypes, plainNumbers, TextDialect } from './dialect.ts';
import { insertReports } from './insert-reports.ts';
import { openFailure } from './open-failure.ts';
import { monthMaker, partitionDetails } from './partitions.ts';
import { settleCounts } from './settle-counts.ts';
import { placeOf, postgresUrl } from './url.ts';

/** Connections of one service. */
const poolSize = 10;
const connectMs = 5_000;
/** `server_version_num` of the oldest release that the PostgreSQL project still mended when this was written. */
const oldestVersion = 140_000;
/** Of each connection, whatever the server’s defaults are. */
const settings = [
  // A report is acknowledged when it is on the disk.
  'synchronous_commit = on',
  // The statistics of the dashboard are answered in a tenth of a second; to compile them first takes longer than that.
  'jit = off',
  // What is asked often, the counters above all, is small and in memory: by its index a part is found faster than by
  // reading everything.
  'random_page_cost = 1.1',
];

/** Reports are compressed when they are stored: by LZ4 in an eighth of the time, where the server is built with it. */
const fasterCompression = `select set_config(name, 'lz4', false) from pg_settings
  where name = 'default_toast_compression' and 'lz4' = any(enumvals)`;

export interface OpenedPostgres {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
  /** Closes its connections at once. Who waits for an answer gets an error. */
  readonly abandon: () => void;
}

/**
 * Connects and brings the schema up to date; several services may do so at once. Throws {@link ServiceStartError} with
 * one of the codes that begin with `store-`.
 */
export async function openPostgresStore(url: string): Promise<Store> {
  return (await openWatchable(url)).store;
}

/** The same, for a service that goes on when it loses its store. */
export async function openWatchable(url: string): Promise<OpenedStore> {
  const { db, engine, abandon } = await openPostgres(url);
  try {
    await refuseHalfCopied(db, url);
  } catch (error) {
    await db.destroy();
    throw openFailure(error, url);
  }
  return {
    store: storeOver(db, engine),
    mayWrite: async () => {
      // A row that every release has: a write as any other, that changes nothing.
      await sql`update schema_version set version = version`.execute(db);
    },
    abandon,
  };
}

/** The same, for who needs the tables themselves. */
export async function openPostgres(url: string, oldest = oldestVersion): Promise<OpenedPostgres> {
  if (postgresUrl(url) === null) {
    throw new ServiceStartError(
      failure('config-invalid', 'store: not a URL; write postgres://USER@HOST/DATABASE'),
    );
  }
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'polynya',
    max: poolSize,
    connectionTimeoutMillis: connectMs,
    types: plainNumbers(),
    stream: () => {
      const socket = new Socket();
      sockets.add(socket.once('close', () => sockets.delete(socket)));
      return socket;
    },
    onConnect: async (client) => {
      for (const setting of settings) await client.query(`set ${setting}`);
      await client.query(fasterCompression);
    },
  });
  // An idle connection that breaks is replaced when the next one is needed; who uses one hears of it there.
  pool.on('error', () => {});
  // One that breaks between two questions of a transaction has nobody else to tell, and would end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Tables>({ dialect: new TextDialect({ pool }) });
  const engine: Engine = {
    ...columnTypes,
    slots: poolSize,
    lockMigrations: async (trx) => {
      await sql`select pg_advisory_xact_lock(hashtext('polynya migrations'))`.execute(trx);
    },
    partitionDetails,
    insertReports: (_db, reports) => insertReports(pool, poolSize, reports),
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
  const abandon = (): void => {
    for (const socket of sockets) socket.destroy();
    void db.destroy();
  };
  return { db, engine, abandon };
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
