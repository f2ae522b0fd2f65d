/**
 * What the charts of the dashboard ask, over 90 days in PostgreSQL: time of each question, and the plan of the
 * slowest. `POLYNYA_BENCH_ATTEMPTS` says how many attempts (2 million unless given; 50 million need 30 GB and ten minutes).
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../dist/scenarios/io/postgres.js';
import { openPostgres, openPostgresStore } from '../dist/service/store/postgres/open.js';
import { attemptsPerVisit, chunksOf, days, finish, loadChunk, prepare } from './store/load.mjs';
import { servers } from './store/visits.mjs';

export const name = 'store';

const attempts = Number(process.env.POLYNYA_BENCH_ATTEMPTS ?? 2_000_000);
const visits = Math.round(attempts / attemptsPerVisit);
const until = '2026-11-21T12:34:56.789Z';
const now = new Date(until);
const since = new Date(now.getTime() - days * 86_400_000).toISOString();
const limitMs = 300;
const repeats = 40;
/** What a small server of its own would be given; everything else is as PostgreSQL is shipped. */
export const settings = { shared_buffers: '1GB', shared_preload_libraries: 'auto_explain' };
/** Only while loading: no data is at stake. */
export const loading = {
  max_wal_size: '16GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
};

const filters = {
  everything: {},
  'one NAT class': { nat: 'symmetric' },
  'one path': { path: 'relay' },
  'one server': { server: servers[0] },
  'path, NAT class and server': { path: 'relay', nat: 'symmetric', server: servers[1] },
  'one link': { link: 'l1' },
};
const questions = Object.entries(filters).flatMap(([what, filter]) => [
  {
    what: `success by day, ${what}`,
    ask: (store) => store.success({ bucket: 'day', since, ...filter }, now),
  },
  { what: `breakdown, ${what}`, ask: (store) => store.breakdown({ since, ...filter }, now) },
]);
questions.push(
  { what: 'success by hour, 14 days', ask: (store) => store.success({ bucket: 'hour' }, now) },
  { what: 'success by hour, 83 days', ask: (store) => store.success({ bucket: 'hour', since }, now) },
);

/** @param each runs one part of the work; a part takes a minute or two at most */
export async function load(url, { visits: count, each = (work) => work() }) {
  const { db, engine } = await openPostgres(url);
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const ask = (text) => pool.query(text);
  try {
    await engine.makeMonths(db, monthsUntil(now));
    await each(() => prepare(ask));
    for (const part of partsOf(chunksOf(count), 16)) await each(() => loadTwoAtATime(pool, part, count));
    await finish(ask, each);
  } finally {
    await Promise.all([pool.end(), db.destroy()]);
  }
}

function monthsUntil(end) {
  const dates = Array.from({ length: days + 1 }, (_, day) => new Date(end.getTime() - day * 86_400_000));
  return [...new Set(dates.map((date) => date.toISOString().slice(0, 7)))];
}

function partsOf(chunks, size) {
  return Array.from({ length: Math.ceil(chunks.length / size) }, (_, i) =>
    chunks.slice(i * size, (i + 1) * size),
  );
}

async function loadTwoAtATime(pool, chunks, count) {
  const left = [...chunks];
  const work = async () => {
    const client = await pool.connect();
    try {
      for (let chunk = left.shift(); chunk !== undefined; chunk = left.shift()) {
        await loadChunk((text) => client.query(text), chunk, { visits: count, until });
      }
    } finally {
      client.release();
    }
  };
  await Promise.all([work(), work()]);
}

async function measure(store, { what, ask }) {
  const times = [];
  for (let i = 0; i < repeats; i += 1) {
    const begun = performance.now();
    await ask(store);
    times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  return { what, median: times[repeats / 2], p95: times[Math.ceil(0.95 * repeats) - 1] };
}

/** The same sums from the attempts themselves, once: are they equal, and what did they take? */
async function fromAttempts(url, store) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const begun = performance.now();
    const { rows } = await client.query(
      `select path, sum(succeeded) as succeeded, count(*) as attempts from attempts join runs on runs.id = run_id
      where kind = 'visit-report' and runs.counted_at >= $1 and (blame is null or blame <> 'tool') group by path`,
      [since],
    );
    const ms = performance.now() - begun;
    const { series } = await store.success({ bucket: 'day', since }, now);
    const wanted = rows.map(({ path, ...sums }) => `${path} ${sums.succeeded} ${sums.attempts}`);
    const found = series.map(({ path, total }) => `${path} ${total.succeeded} ${total.attempts}`);
    return { ms, equal: wanted.sort().join() === found.sort().join() };
  } finally {
    await client.end();
  }
}

/** What auto_explain writes of a question. */
export async function planOf(server, url, asked) {
  const database = new URL(url).pathname.slice(1);
  for (const [key, wanted] of Object.entries({ log_min_duration: 0, log_analyze: 'on', log_buffers: 'on' })) {
    await server.sql(`alter database ${database} set auto_explain.${key} = ${wanted}`);
  }
  const store = await openPostgresStore(url);
  await questions.find(({ what }) => what === asked).ask(store);
  await store.close();
  // The server writes it before it answers, but it comes here by another way.
  for (let tries = 0; tries < 100; tries += 1) {
    const entries = server.log().split(/^\d{4}-/m);
    const plan = entries.filter((entry) => entry.includes('shape_outcomes')).at(-1);
    if (plan !== undefined) return plan;
    await pause(50);
  }
  throw new Error('PostgreSQL has logged no plan');
}

/** All but the loading, of a store that is loaded. */
export async function judge(server, url) {
  const store = await openPostgresStore(url);
  try {
    const results = [];
    for (const question of questions) results.push(await measure(store, question));
    const raw = await fromAttempts(url, store);
    const facts = await server.sql(
      `select (select count(*) from attempts), (select count(*) from visit_counts), (select count(*) from visit_shapes),
        pg_size_pretty(pg_database_size(current_database())), pg_size_pretty(pg_total_relation_size('visit_counts'))`,
      new URL(url).pathname.slice(1),
    );
    const [count, counters, shapes, size, countersSize] = facts.split('|');
    return { results, raw, count: Number(count), counters, shapes, size, countersSize };
  } finally {
    await store.close();
  }
}

export async function run() {
  const server = await startPostgres({ durable: false, settings: { ...settings, ...loading } });
  try {
    const url = await server.database();
    await load(url, { visits });
    const judged = await judge(server, url);
    const { what } = slowestOf(judged.results);
    console.log(`Plan of “${what}”, the slowest:\n${await planOf(server, url, what)}`);
    return table(judged);
  } finally {
    await server.stop();
  }
}

function slowestOf(results) {
  return results.toSorted((a, b) => b.p95 - a.p95)[0];
}

export function table({ results, raw, count, counters, shapes, size, countersSize }) {
  const millions = `${(count / 1e6).toFixed(0)} million attempts`;
  const { p95: slowest } = slowestOf(results);
  return {
    title: 'Statistics over 90 days in PostgreSQL',
    intro: `What the charts ask of ${millions} of ${days} days: from the call of the store to its answer, over TCP.`,
    columns: ['question', 'median ms', 'p95 ms'],
    rows: results.map(({ what, median, p95 }) => [what, median.toFixed(0), p95.toFixed(0)]),
    notes: [
      `${repeats} times each, one after the other; shared_buffers ${settings.shared_buffers}, else as shipped.`,
      `${counters} counters (${countersSize}) of ${shapes} shapes of visits stand for a database of ${size}; its reports are empty.`,
      `The sums by path from the attempts themselves: ${(raw.ms / 1000).toFixed(1)} s, once.`,
    ],
    targets: [
      { name: `slowest p95 ≤ ${limitMs} ms`, value: `${slowest.toFixed(0)} ms`, met: slowest <= limitMs },
      {
        name: 'sums by path equal to those of the attempts',
        value: raw.equal ? 'equal' : 'different',
        met: raw.equal,
      },
    ],
  };
}
