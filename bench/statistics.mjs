/**
 * What a question to the statistics costs over 100,000 visits of 30 days, two paths and six servers each, and what it costs
 * to count them when a file of an older release is opened. `npm run build:node && node bench/statistics.mjs`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { countEarlierVisits } from '../dist/service/store/count-earlier-visits.js';
import { openSqlite, openSqliteStore } from '../dist/service/store/sqlite.js';

const visits = 100_000;
const now = new Date('2026-11-21T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'polynya-statistics-'));
const file = join(folder, 'visits.sqlite');

/** The i-th visit and its time, newest first. */
const each = `with recursive visit(i, at) as (
  select 0, '${now.toISOString()}' union all
  select i + 1, strftime('%Y-%m-%dT%H:%M:%fZ', '${now.toISOString()}', '-' || ((i + 1) * 25.8) || ' seconds')
  from visit where i < ${visits - 1})`;
const nat =
  "case i % 4 when 0 then 'full-cone' when 1 then 'symmetric' when 2 then 'port-restricted-cone' end";

const seed = `begin;
  ${each} insert into runs (id, kind, at, stored_at, counted_at, status, code, sentence, nat_mapping, nat_filtering,
    nat_legacy, source, duration_ms, digest, link_id, report)
  select 'r' || i, 'visit-report', at, at, at, 'good', 'direct', 'Works.', null, null, ${nat}, 'Chromium', 5000, i,
    case i % 100 when 0 then 'l1' end, hex(zeroblob(4000)) from visit;
  ${each} insert into attempts (run_id, seq, counted_at, path, transport, rung, succeeded, blame, cause)
  select 'r' || i, 0, at, 'mesh', 'udp', 'S4', i % 9 > 0, iif(i % 9, null, 'network'), iif(i % 9, null, 'ice-failed')
  from visit;
  ${each} insert into attempts (run_id, seq, counted_at, path, transport, rung, succeeded)
  select 'r' || i, 1, at, 'relay', 'udp', 'S4', 1 from visit;
  ${each}, server(s) as (values (0), (1), (2), (3), (4), (5))
  insert into server_results (run_id, seq, counted_at, url, transport, succeeded, blame, cause)
  select 'r' || i, s, at, 'turn:turn' || s || '.example.org', 'udp', i % 40 <> s, iif(i % 40 <> s, null, 'network'),
    iif(i % 40 <> s, null, 'timeout') from visit, server;
  ${each} insert into run_causes (run_id, counted_at, cause)
  select 'r' || i, at, 'udp-blocked' from visit where i % 9 = 0;
  commit;`;

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function cost(ask) {
  const before = cpuMs();
  await ask();
  return `${Math.round(cpuMs() - before)} ms`;
}

try {
  await (await openSqliteStore(file)).close();
  const raw = new Database(file);
  raw.exec(seed);
  raw.close();
  const db = await openSqlite(file);
  console.log(`counted in ${await cost(() => db.transaction().execute(countEarlierVisits))}`);
  await db.destroy();
  const store = await openSqliteStore(file);
  const url = 'turn:turn1.example.org';
  for (const filter of [{}, { nat: 'symmetric' }, { path: 'relay' }, { server: url }, { link: 'l1' }]) {
    const took = await cost(() => store.breakdown(filter, now));
    console.log(JSON.stringify({ ...filter, visits: (await store.breakdown(filter, now)).visits, took }));
  }
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
