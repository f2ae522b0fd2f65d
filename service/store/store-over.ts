import { type Kysely, sql } from 'kysely';
import { addReport } from './add-report.ts';
import { breakdown } from './breakdown-query.ts';
import { type Engine, monthLength } from './engine.ts';
import { deleteRun, expireReports } from './expire.ts';
import * as links from './link-queries.ts';
import { runOfCode } from './run-code.ts';
import * as runs from './run-queries.ts';
import * as servers from './server-queries.ts';
import type { Store } from './store.ts';
import { successSeries } from './success-query.ts';
import type { Tables } from './tables.ts';

const dayMs = 86_400_000;

/** The store over a database whose schema is up to date, SQLite or PostgreSQL. Closing it closes the database. */
export function storeOver(db: Kysely<Tables>, engine: Engine): Store {
  return {
    addReport: (envelope, storedAt) => addReport(db, engine, envelope, storedAt),
    listRuns: (query) => runs.listRuns(db, query),
    turnRuns: (uris, perUri) => runs.turnRuns(db, uris, perUri),
    getRun: (id) => runs.getRun(db, id),
    deleteRun: (id) => deleteRun(db, engine, id),
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
    keep: async (now, keepDays, signal) => {
      await engine.makeMonths(db, [monthOf(now.getTime()), monthOf(now.getTime() + monthAheadMs)]);
      await engine.settleCounts(db, now);
      if (keepDays === null) return 0;
      const before = new Date(now.getTime() - keepDays * dayMs).toISOString();
      return expireReports(db, engine, before, signal);
    },
    ping: async () => {
      await sql`select 1 from runs limit 1`.execute(db);
    },
    close: () => db.destroy(),
  };
}

/** Well before a month begins its place is made. */
const monthAheadMs = 7 * dayMs;

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, monthLength);
}
