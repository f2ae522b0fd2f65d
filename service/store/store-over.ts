import { type Kysely, sql } from 'kysely';
import { accessOver } from './access/access-store.ts';
import { type Arrival, addReports, arrivalOf, type Stored } from './add-report.ts';
import { breakdown } from './breakdown-query.ts';
import { CommitGroup, type GroupLimits } from './commit-group.ts';
import { type Engine, monthLength } from './engine.ts';
import { deleteRun, expireReports } from './expire.ts';
import { fleetOver } from './fleet/fleet-store.ts';
import * as links from './link-queries.ts';
import { runOfCode } from './run-code.ts';
import * as runs from './run-queries.ts';
import * as servers from './server-queries.ts';
import type { Store } from './store.ts';
import { successSeries } from './success-query.ts';
import type { Tables } from './tables.ts';

const dayMs = 86_400_000;

/** Weight: characters of reports as JSON. */
const groupLimits: GroupLimits = {
  items: 64,
  weight: 4_000_000,
  gatherMs: 5,
  waiting: 512,
  waitMs: 1_000,
};

/** The store over a database whose schema is up to date, SQLite or PostgreSQL. Closing it closes the database. */
export function storeOver(db: Kysely<Tables>, engine: Engine): Store {
  const reports = new CommitGroup<Arrival, Stored>({
    limits: groupLimits,
    weigh: ({ text }) => text.length,
    write: (arrivals) => addReports(db, engine, arrivals),
  });
  return {
    fleet: fleetOver(db),
    access: accessOver(db),
    addReport: async (envelope, storedAt, told) => reports.add(arrivalOf(envelope, storedAt, told)),
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
    close: async () => {
      await reports.drain();
      await db.destroy();
    },
  };
}

/** Well before a month begins its place is made. */
const monthAheadMs = 7 * dayMs;

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, monthLength);
}
