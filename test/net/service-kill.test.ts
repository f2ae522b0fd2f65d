/**
 * A report that was acknowledged survives `kill -9`. One process of the built service (dist/) has three stores at once, so
 * that each kill is one for all three: a SQLite file, PostgreSQL, which is killed with it, and the spool of one that is away.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Envelope, envelopeSchema } from '../../contract/envelope.ts';
import { freeTcpPort } from '../../scenarios/io/free-tcp-port.ts';
import { type Postgres, startPostgres } from '../../scenarios/io/postgres.ts';
import { requireBuilt } from '../built-cli.ts';
import { sampleAttempt, sampleNat, sampleVisit } from '../unit/service/sample-reports.ts';
import { clusterMs, postgresObstacle } from '../unit/service/store-kinds.ts';

const built = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

/** Starts a service for each store on any free port, and prints their URLs. */
const entry = `
  const { startService } = await import(process.argv[1]);
  const { serveConfigSchema } = await import(process.argv[2]);
  const limits = { reportsPerMinute: 1e6, requestsPerMinute: 1e6 };
  const services = JSON.parse(process.argv[3]).map(({ store, spool: folder }) => {
    const config = { port: 0, store, spool: { folder }, stun: { enabled: false }, log: 'silent', limits };
    return startService(serveConfigSchema.parse(config));
  });
  console.log(JSON.stringify((await Promise.all(services)).map(({ url }) => url)));
`;

const rounds = 3;
/** Of each store, in each round. */
const enough = 40;
const clients = 8;
/** Of a store that has enough, until the others have: what it takes meanwhile has to be looked for as well. */
const clientsLeft = 3;

interface Place {
  readonly name: string;
  /** What `store` of the configuration says. */
  readonly store: string;
  /** Where reports wait. */
  readonly spool: string;
  readonly acknowledged: Map<string, Envelope>;
  /** Requests that got no answer because of a kill. */
  cutShort: number;
  url: string;
}

const folder = mkdtempSync(join(tmpdir(), 'polynya-kill-'));
const undo: (() => unknown)[] = [];
const places: Place[] = [];
let sent = 0;

function addPlace(name: string, store: string): void {
  const spool = join(folder, name);
  places.push({ name, store, spool, acknowledged: new Map(), cutShort: 0, url: '' });
}

async function startChild(): Promise<ChildProcess> {
  const modules = [built('service/server.js'), built('contract/config.js')];
  const stores = JSON.stringify(places.map(({ store, spool }) => ({ store, spool })));
  const args = ['--input-type=module', '-e', entry, ...modules, stores];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  undo.push(() => child.kill('SIGKILL'));
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the service ended with ${code}`);
    }),
  ]);
  const urls: string[] = JSON.parse(String(line));
  for (const [index, place] of places.entries()) place.url = urls[index] ?? '';
  return child;
}

/** Unlike any other report of this test, and of both kinds in turn. */
function nextReport(): Envelope {
  sent += 1;
  const sentence = `report ${sent} ${'–'.repeat(sent % 200)}`;
  return sent % 2 === 0
    ? sampleNat({ sentence })
    : sampleVisit({ sentence, attempts: [sampleAttempt(), sampleAttempt({ succeeded: false, rung: 'S1' })] });
}

/** Null: it is too much just now. */
async function post(url: string, report: Envelope): Promise<string | null> {
  const reply = await fetch(`${url}/api/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(report),
  });
  const { id, error } = (await reply.json()) as { id: string; error?: { code: string } };
  if (error?.code === 'service-busy') return null;
  expect([reply.status, error]).toEqual([200, undefined]);
  return id;
}

/** Posts reports from several clients at once and kills the services when all stores have acknowledged enough. */
async function ingestAndKill(child: ChildProcess): Promise<void> {
  const wanted = places.map(({ acknowledged }) => acknowledged.size + enough);
  const hasEnough = (place: Place) => place.acknowledged.size >= (wanted[places.indexOf(place)] ?? 0);
  let killed = false;
  const client = async (place: Place, number: number): Promise<void> => {
    while (!killed && (number < clientsLeft || !hasEnough(place))) {
      const report = nextReport();
      try {
        const id = await post(place.url, report);
        if (id !== null) place.acknowledged.set(id, report);
      } catch (error) {
        if (!killed) throw error;
        place.cutShort += 1;
      }
      if (!killed && places.every(hasEnough)) {
        killed = true;
        child.kill('SIGKILL');
      }
    }
  };
  const ended = once(child, 'exit');
  await Promise.all(
    places.flatMap((place) => Array.from({ length: clients }, (_none, number) => client(place, number))),
  );
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
}

/** Leads from the port to the server; before that nobody is there. */
async function forward(port: number, target: number): Promise<void> {
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
  undo.push(() => server.close());
  await once(server.listen(port, '127.0.0.1'), 'listening');
}

/** In this order they are killed, and the last one is there when all is over. */
beforeAll(async () => {
  requireBuilt();
  addPlace('a SQLite file', join(folder, 'runs.sqlite'));
  let postgres: Postgres | null = null;
  let toDoor = async (): Promise<void> => {};
  if (postgresObstacle === null) {
    // As it is shipped, with fsync.
    const server = await startPostgres();
    postgres = server;
    undo.push(() => server.stop());
    addPlace('PostgreSQL', await server.database());
    const away = new URL(await server.database());
    const [door, target] = [await freeTcpPort('127.0.0.1'), Number(away.port)];
    toDoor = () => forward(door, target);
    away.port = String(door);
    addPlace('the spool of a PostgreSQL that is away', away.href);
  }
  for (let round = 0; round < rounds; round += 1) {
    await ingestAndKill(await startChild());
    await postgres?.crash();
  }
  await toDoor();
  await startChild();
}, clusterMs * 3);
afterAll(async () => {
  for (const step of undo.reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
}, clusterMs);

describe('kill -9 in the middle of ingest, three times over', () => {
  it.for([
    { name: 'a SQLite file', obstacle: null },
    { name: 'PostgreSQL', obstacle: postgresObstacle },
    { name: 'the spool of a PostgreSQL that is away', obstacle: postgresObstacle },
  ])('loses no acknowledged report of $name', async ({ name, obstacle }, context) => {
    if (obstacle !== null) return context.skip(obstacle);
    const place = places.find((each) => each.name === name);
    if (place === undefined) throw new Error('not tried');
    const { url, acknowledged, cutShort } = place;
    expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * enough);
    // Proof that the kills came while requests were under way.
    expect(cutShort).toBeGreaterThan(0);
    const info = async () =>
      (await (await fetch(`${url}/api/info`)).json()) as { store: { waiting: number } };
    await expect.poll(async () => (await info()).store.waiting).toBe(0);
    const looks = [...acknowledged].map(async ([id, report]) => {
      const reply = await fetch(`${url}/api/runs/${id}`);
      expect([id, reply.status]).toEqual([id, 200]);
      const { report: stored } = (await reply.json()) as { report: unknown };
      expect(envelopeSchema.parse(stored)).toEqual(report);
    });
    await Promise.all(looks);
    const { total } = (await (await fetch(`${url}/api/runs`)).json()) as { total: number };
    // Those that were stored but not acknowledged any more may be there too, nothing else.
    expect(total).toBeGreaterThanOrEqual(acknowledged.size);
    expect(total).toBeLessThanOrEqual(acknowledged.size + cutShort);
  });
});
