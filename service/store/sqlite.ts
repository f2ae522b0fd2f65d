/** The store in one SQLite file. */
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import Database from 'libsql';
import type { Engine } from './engine.ts';
import { insertReports } from './insert-reports.ts';
import { migrate } from './migrations.ts';
import type { Store } from './store.ts';
import { storeOver } from './store-over.ts';
import type { Tables } from './tables.ts';

const nothing = async (): Promise<void> => {};

/** One program writes at a time: nothing has to be locked or spread, and a file has no partitions. */
const sqlite: Engine = {
  text: 'text',
  real: 'real',
  slots: 1,
  lockMigrations: nothing,
  partitionDetails: nothing,
  insertReports: (db, reports) => db.transaction().execute((trx) => insertReports(trx, 1, reports)),
  makeMonths: nothing,
  dropMonths: nothing,
  settleCounts: nothing,
};

/**
 * Opens (or makes) the file and brings its schema up to date. `:memory:` keeps nothing. Throws when the file cannot
 * be opened, is no SQLite database, or was written by a newer release.
 */
export async function openSqliteStore(file: string): Promise<Store> {
  return storeOver(await openSqlite(file), sqlite);
}

/** The same, for who needs the tables themselves. */
export async function openSqlite(file: string): Promise<Kysely<Tables>> {
  if (file !== ':memory:') makePrivateFile(file);
  const database = new Database(file);
  try {
    // WAL with synchronous=FULL: every commit is fsynced before it is acknowledged; readers never wait for writers.
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000;' +
        // What is deleted is overwritten: a report must not stay readable in the file after its visitor took it back.
        'pragma secure_delete = on;',
    );
  } catch (error) {
    database.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  try {
    await migrate(db, sqlite);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

/** The file holds TURN secrets: only its owner may read it. SQLite gives its `-wal` and `-shm` files the same mode. */
function makePrivateFile(file: string): void {
  const folder = dirname(resolve(file));
  mkdirSync(folder, { recursive: true });
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
  if (process.platform === 'win32') return;
  // The folder’s entry for a new file must reach the disk too, or a power cut takes the whole file with it.
  const entry = openSync(folder, 'r');
  try {
    fsyncSync(entry);
  } finally {
    closeSync(entry);
  }
}
