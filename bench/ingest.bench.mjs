/**
 * Reports into PostgreSQL, acknowledged when they are on the disk: how soon at a rate, what happens at twice that, and
 * what a report costs the service beside the least that could take one.
 */
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startPostgres } from '../dist/scenarios/io/postgres.js';
import { meanCharacters, nextBody } from './ingest/reports.mjs';
import { generatorNote, medianOf, medianTimes, openLoop, recoveryMs, timesOf } from './open-loop.mjs';
import { onOtherCores, processorMs } from './processes.mjs';
import { admitted, Clients, startOnCore0, startService } from './service/child.mjs';

export const name = 'ingest';

const perSec = 500;
const runs = 3;
const seconds = 8;
const limitMs = 50;
const overload = { perSec: 2 * perSec, seconds: 8, afterSec: 5 };
/** Without pauses, from so many clients, for the most that it can take. */
const full = { clients: 32, seconds: 5 };
const mostCpu = 1.5;

const bareProgram = fileURLToPath(new URL('./ingest/bare.mjs', import.meta.url));

/** Either of the two, with a database of its own. */
async function open(postgres, start, table) {
  const url = await postgres.database();
  const { child, url: origin } = await start(url);
  const clients = new Clients();
  const taken = { acknowledged: 0, refused: 0 };
  const send = async () => {
    const isIn = admitted(await clients.post(`${origin}/api/reports`, nextBody()));
    taken[isIn ? 'acknowledged' : 'refused'] += 1;
    return isIn;
  };
  const close = () => {
    clients.close();
    child.kill('SIGKILL');
  };
  return { url, child, send, taken, table, close, rounds: [], full: [] };
}

async function measureRate(target) {
  const { child, send, taken } = target;
  const [cpuBefore, before] = [processorMs(child.pid), taken.acknowledged];
  const { samples, lateMs } = await openLoop({ perSec, seconds, task: send });
  const cpuMs = (processorMs(child.pid) - cpuBefore) / (taken.acknowledged - before);
  target.rounds.push({ ...timesOf(samples), lateMs, cpuMs, cores: (cpuMs * perSec) / 1000 });
}

/** Reports a second, and the share of its core. */
async function measureFull(target) {
  const { child, send, taken } = target;
  const [cpuBefore, before] = [processorMs(child.pid), taken.acknowledged];
  const beganMs = performance.now();
  const endMs = beganMs + full.seconds * 1000;
  const client = async () => {
    while (performance.now() < endMs) await send();
  };
  await Promise.all(Array.from({ length: full.clients }, client));
  const tookMs = performance.now() - beganMs;
  const perSecond = ((taken.acknowledged - before) * 1000) / tookMs;
  target.full.push({ perSecond, busy: (processorMs(child.pid) - cpuBefore) / tookMs });
}

async function measureOverload({ send }) {
  const during = await openLoop({ ...overload, task: send });
  const after = await openLoop({ perSec, seconds: overload.afterSec, task: send });
  const let1 = during.samples.filter((sample) => sample.admitted);
  const away = during.samples.filter((sample) => !sample.admitted);
  return {
    lateMs: during.lateMs,
    admitted: timesOf(let1),
    refused: timesOf(away),
    recoveryMs: recoveryMs(after.samples, limitMs),
  };
}

async function countStored({ url, table }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select count(*)::integer as count, pg_database_size(current_database())::float8 as bytes from ${table}`,
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

async function measure() {
  const postgres = await startPostgres();
  const opened = [];
  try {
    const ours = await open(postgres, (store) => startService({ store }), 'runs');
    opened.push(ours);
    const bare = await open(postgres, (url) => startOnCore0([bareProgram, url]), 'bare');
    opened.push(bare);
    // For the compiler, and for the files of PostgreSQL.
    for (const target of opened) await openLoop({ perSec: perSec / 2, seconds: 4, task: target.send });
    // The most first: a service runs for days, and its first ten thousand reports are not what the others are like.
    for (let run = 0; run < runs; run += 1) {
      for (const target of opened) await measureFull(target);
    }
    for (let run = 0; run < runs; run += 1) {
      for (const target of opened) await measureRate(target);
    }
    const over = await measureOverload(ours);
    const stored = await countStored(ours);
    return { ours, bare, over, stored };
  } finally {
    for (const { close } of opened) close();
    await postgres.stop();
  }
}

const ms = (value) => value.toFixed(1);

function rateRow(what, { rounds }) {
  const { count, p50, p99, max } = medianTimes(rounds);
  return [what, count, ms(p50), ms(p99), ms(max), medianOf(rounds, 'cpuMs').toFixed(2)];
}

function fullRow(what, target) {
  const busy = (100 * medianOf(target.full, 'busy')).toFixed(0);
  return `${what}: ${medianOf(target.full, 'perSecond').toFixed(0)} reports/s from ${full.clients} clients without pauses, ${busy} % of its core.`;
}

export async function run() {
  const { ours, bare, over, stored } = await onOtherCores(measure);
  const { p99 } = medianTimes(ours.rounds);
  const cpuRatio = medianOf(ours.rounds, 'cpuMs') / medianOf(bare.rounds, 'cpuMs');
  const fullRatio = medianOf(ours.full, 'perSecond') / medianOf(bare.full, 'perSecond');
  const { count: late, p50: awayP50, p99: awayP99, max: awayMax } = over.refused;
  const tried = over.admitted.count + late;
  const lateMs = Math.max(...ours.rounds.map((round) => round.lateMs));
  return {
    title: 'Ingest: reports into PostgreSQL',
    intro: [
      `Reports of ${(meanCharacters / 1000).toFixed(1)} kB on average, ${perSec} a second at random times, over HTTP connections that stay open; each is`,
      'acknowledged when PostgreSQL (as Debian ships it, fsync on) has it on the disk. The service has one core, generator and',
      'PostgreSQL share the other. Times are from when a report was due, medians of three runs. Beside it the least that could take',
      'one: Fastify, and one insert of the body in a transaction over the same pool.',
    ].join('\n'),
    columns: ['what', 'reports', 'p50 ms', 'p99 ms', 'slowest ms', 'ms of processor each'],
    rows: [
      rateRow(`service, ${perSec}/s`, ours),
      rateRow(`Fastify and one insert, ${perSec}/s`, bare),
      [
        `service, ${overload.perSec}/s: acknowledged`,
        over.admitted.count,
        ms(over.admitted.p50),
        ms(over.admitted.p99),
        ms(over.admitted.max),
        '',
      ],
      [`… 503 with Retry-After`, late, ms(awayP50), ms(awayP99), ms(awayMax), ''],
    ],
    notes: [
      `Processor time of the service for a report, against Fastify and one insert: ${cpuRatio.toFixed(2)} ×.`,
      fullRow('Service', ours),
      fullRow('Fastify and one insert', bare),
      `Throughput against Fastify and one insert: ${fullRatio.toFixed(2)} ×.`,
      `At ${overload.perSec}/s ${((100 * over.admitted.count) / tried).toFixed(1)} % were acknowledged; back at ${perSec}/s all were in time again after ${(over.recoveryMs / 1000).toFixed(1)} s.`,
      `${stored.count} reports are ${(stored.bytes / 2 ** 20).toFixed(0)} MiB in PostgreSQL: ${(stored.bytes / stored.count / 1024).toFixed(1)} KiB each, indexes and counters included.`,
      generatorNote(`${perSec}/s`, lateMs),
      generatorNote(`${overload.perSec}/s`, over.lateMs),
    ],
    targets: [
      { name: `p99 at ${perSec}/s at most ${limitMs} ms`, value: `${ms(p99)} ms`, met: p99 <= limitMs },
      {
        name: `processor time at most ${mostCpu} × Fastify and one insert`,
        value: `${cpuRatio.toFixed(2)} ×`,
        met: cpuRatio <= mostCpu,
      },
      {
        name: 'all that was acknowledged is there, and nothing else',
        value: `${stored.count} of ${ours.taken.acknowledged}`,
        met: stored.count === ours.taken.acknowledged,
      },
    ],
  };
}
