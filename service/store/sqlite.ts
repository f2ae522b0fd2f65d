/** The store in one SQLite file. */
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Kysely, SqliteDialect, sql } from 'kysely';
import Database from 'libsql';
import { breakdown } from './breakdown-query.ts';
import * as links from './link-queries.ts';
import { migrate } from './migrations.ts';
import { runOfCode } from './run-code.ts';
import * as runs from './run-queries.ts';
import * as servers from './server-queries.ts';
import type { Store } from './store.ts';
import { successSeries } from './success-query.ts';
import type { Tables } from './tables.ts';

/**
 * Opens (or makes) the file and brings its schema up to date. `:memory:` keeps nothing. Throws when the file cannot
 * be opened, is no SQLite database, or was written by a newer release.
 */
export async function openSqliteStore(file: string): Promise<Store> {
  if (file !== ':memory:') makePrivateFile(file);
  const database = new Database(file);
  try {
    // WAL with synchronous=FULL: every commit is fsynced before it is acknowledged; readers never wait for writers.
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000;',
    );
  } catch (error) {
    database.close();
    throw error;
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    addReport: (envelope, storedAt) => runs.addReport(db, envelope, storedAt),
    listRuns: (query) => runs.listRuns(db, query),
    turnRuns: (uris, perUri) => runs.turnRuns(db, uris, perUri),
    getRun: (id) => runs.getRun(db, id),
    deleteRun: (id) => runs.deleteRun(db, id),
    countRuns: () => runs.countRuns(db),
    runOfCode: (code) => runOfCode(db, code),
    success: (query, now) => successSeries(db, query, now),
    breakdown: (query, now) => breakdown(db, query, now),
    listServers: () => servers.listServers(db),
    addServer: (server, now) => servers.addServer(db, server, now),
    updateServer: (server) => servers.updateServer(db, server),
    deleteServer: (id) => servers.deleteServer(db, id),
    lastTests: () => servers.lastTests(db),
    saveTest: (serverId, test) => servers.saveTest(db, serverId, test),
    addLink: (link, tokenHash) => links.addLink(db, link, tokenHash),
    listLinks: () => links.listLinks(db),
    findLink: (tokenHash) => links.findLink(db, tokenHash),
    revokeLink: (id, now) => links.revokeLink(db, id, now),
    ping: async () => {
      await sql`select 1 from runs limit 1`.execute(db);
    },
    close: () => db.destroy(),
  };
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
