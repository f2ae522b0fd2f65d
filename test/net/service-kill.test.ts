/** A report that was acknowledged survives `kill -9`: of the built `polynya serve`, and of PostgreSQL with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Envelope, envelopeSchema } from '../../contract/envelope.ts';
import { startPostgres } from '../../scenarios/io/postgres.ts';
import { builtCli, requireBuilt } from '../built-cli.ts';
import { sampleAttempt, sampleNat, sampleVisit } from '../unit/service/sample-reports.ts';
import { clusterMs, postgresObstacle } from '../unit/service/store-kinds.ts';

interface Place {
  /** What `store` of the configuration says. */
  readonly store: string;
  /** Where reports wait. */
  readonly spool: string;
  /** More than the service is killed. */
  killMore?(): Promise<void>;
  /** Before everything is looked for. */
  atLast?(): Promise<void>;
  stop(): Promise<void>;
}

async function filePlace(): Promise<Place> {
  const { spool, remove } = spoolFolder();
  return { store: join(spool, 'runs.sqlite'), spool, stop: async () => remove() };
}

function spoolFolder(): { spool: string; remove: () => void } {
  const spool = mkdtempSync(join(tmpdir(), 'polynya-kill-'));
  return { spool, remove: () => rmSync(spool, { recursive: true, force: true }) };
}

/** As it is shipped, with fsync. */
async function postgresPlace(away: boolean): Promise<Place> {
  const server = await startPostgres();
  const { spool, remove } = spoolFolder();
  const place = {
    store: await server.database(),
    spool,
    stop: async () => {
      remove();
      await server.stop();
    },
  };
  // It is killed together with the service.
  if (!away) return { ...place, killMore: () => server.crash() };
  await server.halt();
  return { ...place, atLast: () => server.resume() };
}

const children: ChildProcess[] = [];

beforeAll(requireBuilt);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function startChild({ store, spool }: Place): Promise<{ child: ChildProcess; url: string }> {
  const limits = { reportsPerMinute: 1e6, requestsPerMinute: 1e6 };
  const file = join(spool, 'serve.yaml');
  const config = { port: 0, store, spool: { folder: spool }, stun: { enabled: false }, log: 'silent', limits };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(process.execPath, [builtCli, 'serve', '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the service ended with ${code}`);
    }),
  ]);
  const [url] = /http:\S+/.exec(String(line)) ?? [];
  if (url === undefined) throw new Error(`no address: ${line}`);
  return { child, url };
}

/** Unlike any other report of this test, and of both kinds in turn. */
function report(index: number): Envelope {
  const sentence = `report ${index} ${'–'.repeat(index % 200)}`;
  return index % 2 === 0
    ? sampleNat({ sentence })
    : sampleVisit({ sentence, attempts: [sampleAttempt(), sampleAttempt({ succeeded: false, rung: 'S1' })] });
}

/** Posts reports from several clients at once and kills the service when `enough` are acknowledged. */
async function ingestAndKill(
  target: { child: ChildProcess; url: string },
  first: number,
  enough: number,
): Promise<{ acknowledged: Map<string, Envelope>; unanswered: number }> {
  const acknowledged = new Map<string, Envelope>();
  let next = first;
  let unanswered = 0;
  let killed = false;
  const client = async (): Promise<void> => {
    while (!killed) {
      const sent = report(next++);
      try {
        const reply = await fetch(`${target.url}/api/reports`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sent),
        });
        const { id } = (await reply.json()) as { id: string };
        expect(reply.status).toBe(200);
        acknowledged.set(id, sent);
      } catch (error) {
        if (!killed) throw error;
        unanswered += 1;
      }
      if (acknowledged.size >= enough && !killed) {
        killed = true;
        target.child.kill('SIGKILL');
      }
    }
  };
  const ended = once(target.child, 'exit');
  await Promise.all(Array.from({ length: 8 }, client));
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
  return { acknowledged, unanswered };
}

async function waitingAt(url: string): Promise<number> {
  const info = (await (await fetch(`${url}/api/info`)).json()) as { store: { waiting: number } };
  return info.store.waiting;
}

describe.each([
  { name: 'a SQLite file', obstacle: null, open: filePlace },
  { name: 'PostgreSQL', obstacle: postgresObstacle, open: () => postgresPlace(false) },
  {
    name: 'the spool of a PostgreSQL that is away',
    obstacle: postgresObstacle,
    open: () => postgresPlace(true),
  },
])('kill -9 in the middle of ingest into $name', ({ obstacle, open }) => {
  let place: Place | undefined;
  beforeAll(async () => {
    if (obstacle === null) place = await open();
  }, clusterMs);
  afterAll(() => place?.stop(), clusterMs);

  it('loses no acknowledged report, three times over', async (context) => {
    if (place === undefined) return context.skip(obstacle ?? '');
    const all = new Map<string, Envelope>();
    let cutShort = 0;
    for (let round = 0; round < 3; round++) {
      const { acknowledged, unanswered } = await ingestAndKill(await startChild(place), round * 1000, 40);
      expect(acknowledged.size).toBeGreaterThanOrEqual(40);
      cutShort += unanswered;
      for (const [id, sent] of acknowledged) all.set(id, sent);
      await place.killMore?.();
    }
    // Proof that the kills came while requests were under way.
    expect(cutShort).toBeGreaterThan(0);

    await place.atLast?.();
    const { child, url } = await startChild(place);
    await expect.poll(() => waitingAt(url)).toBe(0);
    const looks = [...all].map(async ([id, sent]) => {
      const reply = await fetch(`${url}/api/runs/${id}`);
      expect([id, reply.status]).toEqual([id, 200]);
      const { report: stored } = (await reply.json()) as { report: unknown };
      expect(envelopeSchema.parse(stored)).toEqual(sent);
    });
    await Promise.all(looks);
    const { total } = (await (await fetch(`${url}/api/runs`)).json()) as { total: number };
    // Those that were stored but not acknowledged any more may be there too, nothing else.
    expect(total).toBeGreaterThanOrEqual(all.size);
    expect(total).toBeLessThanOrEqual(all.size + cutShort);
    child.kill('SIGTERM');
    await once(child, 'exit');
  }, 180_000);
});
