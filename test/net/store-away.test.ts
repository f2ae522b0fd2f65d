/** PostgreSQL away: from the start, killed in the middle of ingest, silent behind a cut line, a replica. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ServeConfig, serveConfigSchema } from '../../contract/config.ts';
import type { Envelope } from '../../contract/envelope.ts';
import { type Postgres, startPostgres } from '../../scenarios/io/postgres.ts';
import { type RunningService, type ServiceOptions, startService } from '../../service/server.ts';
import { sampleNat, sampleVisit } from '../unit/service/sample-reports.ts';
import { clusterMs, postgresObstacle } from '../unit/service/store-kinds.ts';
import { Collector } from './collector.ts';

let postgres: Postgres;
let line: Line;
let folder: string;
let service: RunningService | null = null;
const logged: string[] = [];

beforeAll(async () => {
  if (postgresObstacle === null) postgres = await startPostgres();
}, clusterMs);
afterAll(() => postgres?.stop(), clusterMs);
beforeEach(async (context) => {
  if (postgresObstacle !== null) context.skip(postgresObstacle);
  folder = mkdtempSync(join(tmpdir(), 'polynya-away-'));
  logged.length = 0;
  line = await Line.open(Number(new URL(postgres.url({})).port));
});
afterEach(async () => {
  await service?.close();
  service = null;
  await line?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The line to the database: it can be cut, so that nobody hears anything, or have nobody at its end. */
class Line {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #state: 'whole' | 'silent' | 'refusing' = 'whole';

  static async open(target: number): Promise<Line> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Line(server, target);
  }

  private constructor(server: Server, target: number) {
    this.#server = server;
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    server.on('connection', (near) => {
      this.#keep(near);
      if (this.#state === 'refusing') {
        near.resetAndDestroy();
        return;
      }
      const far = this.#keep(connect(target, '127.0.0.1'));
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        from.on('data', (bytes) => this.#state === 'whole' && to.write(bytes));
        from.on('close', () => to.destroy());
      }
    });
  }

  /** What is on its way is lost, and nobody is told. */
  cut(): void {
    this.#state = 'silent';
  }

  refuse(): void {
    this.#state = 'refusing';
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#state = 'whole';
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    return socket.on('error', () => {});
  }
}

type Given = Parameters<typeof serveConfigSchema.parse>[0] & object;

/** A service whose database is at the other end of the line. */
async function start(
  database: string,
  more: Given = {},
  options: Pick<ServiceOptions, 'watchPace'> = {},
): Promise<RunningService> {
  const url = new URL(database);
  url.port = String(line.port);
  const limits = { reportsPerMinute: 1e6, requestsPerMinute: 1e6 };
  const given = {
    port: 0,
    store: url.href,
    spool: { folder },
    stun: { enabled: false },
    log: 'debug',
    limits,
  };
  const config: ServeConfig = serveConfigSchema.parse({ ...given, ...more });
  service = await startService(config, { ...options, logTo: { write: (text) => void logged.push(text) } });
  return service;
}

const nameOf = (database: string): string => new URL(database).pathname.slice(1);

interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

async function ask(path: string, report?: Envelope, more: Record<string, string> = {}): Promise<Answer> {
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify(report),
  };
  const reply = await fetch(`${service?.url}${path}`, report === undefined ? {} : post);
  const type = reply.headers.get('content-type') ?? '';
  const body: unknown = type.includes('json') ? await reply.json() : await reply.text();
  return { status: reply.status, retryAfter: reply.headers.get('retry-after'), body };
}

const idOf = ({ status, body }: Answer): string => {
  expect([status, body]).toEqual([200, expect.objectContaining({ id: expect.any(String) })]);
  return String((body as { id: unknown }).id);
};
const storeNow = async () =>
  ((await ask('/api/info')).body as { store: { away: { reason: string } | null } }).store;
const isBack = () =>
  expect.poll(async () => storeNow(), { interval: 100 }).toEqual({ away: null, waiting: 0 });
const figure = async (name: string) =>
  new RegExp(`^polynya_${name} (\\S+)$`, 'm').exec(String((await ask('/metrics')).body))?.[1];
const said = (text: string): number => logged.filter((each) => each.includes(text)).length;

describe('a service whose PostgreSQL is away from the start', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traced = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };

  it('is up, says what is wrong, keeps reports, and stores them when it is there', async () => {
    const database = await postgres.database();
    const collector = await Collector.open();
    line.refuse();
    const servers = [{ label: 'S', urls: ['stun:192.0.2.1'] }];
    const { notes } = await start(database, { servers, tracing: { otlp: collector.url } });
    expect(notes[0]).toMatch(/PostgreSQL does not answer.*Reports are kept in/s);

    const away = { since: expect.any(String), reason: 'store-unreachable' };
    const ids = [
      idOf(await ask('/api/reports', sampleNat(), traced)),
      idOf(await ask('/api/reports', sampleVisit())),
    ];
    const store = { away, waiting: 2 };
    for (const path of ['/healthz', '/readyz']) {
      expect(await ask(path)).toMatchObject({ status: 200, body: { status: 'degraded', store } });
    }
    expect((await ask('/api/info')).body).toMatchObject({ runs: null, store });
    // What needs the store is told when to come again; nobody waits for it.
    for (const path of [
      '/api/runs',
      `/api/runs/${ids[0]}`,
      '/api/success',
      '/api/links',
      '/api/t/AAAAAAAAAAAAAAAAAAAAAA',
    ]) {
      expect([path, await ask(path)]).toMatchObject([
        path,
        { status: 503, retryAfter: '5', body: { error: { code: 'store-away' } } },
      ]);
    }
    // What does not, goes on.
    expect((await ask('/api/check')).body).toMatchObject({ iceServers: [{ urls: ['stun:192.0.2.1'] }] });
    expect([
      await figure('store_up'),
      await figure('spool_reports'),
      await figure('spool_kept_total'),
    ]).toEqual(['0', '2', '2']);

    line.mend();
    await isBack();
    for (const id of ids) expect((await ask(`/api/runs/${id}`)).status).toBe(200);
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect([
      await figure('store_up'),
      await figure('spool_reports'),
      await figure('spool_stored_total'),
    ]).toEqual(['1', '0', '2']);
    expect([said('the store is away'), said('the store is back'), said('request failed')]).toEqual([1, 1, 0]);
    // Stored long after its answer, in the trace in which it came.
    await service?.close();
    const [late] = collector.named('store report that waited').filter((span) => span.traceId === traceId);
    expect(collector.spans.find(({ spanId }) => spanId === late?.parentSpanId)?.name).toBe('take report');
    await collector.close();
  });
});

interface Ingest {
  readonly acknowledged: Map<string, Envelope>;
  /** One client is left: what is spooled has to be stored, and looked for, later. */
  calm(): void;
  stop(): Promise<void>;
}

/** Posts from several clients until it is told to stop. */
function ingest(): Ingest {
  const acknowledged = new Map<string, Envelope>();
  let stopped = false;
  let isCalm = false;
  const client = async (number: number): Promise<void> => {
    for (let sent = 0; !stopped && (number === 0 || !isCalm); sent++) {
      const report = sampleNat({ sentence: `Report ${sent} of client ${number}.` });
      acknowledged.set(idOf(await ask('/api/reports', report)), report);
    }
  };
  const clients = Promise.all(Array.from({ length: 4 }, (_none, number) => client(number)));
  return {
    acknowledged,
    calm: () => {
      isCalm = true;
    },
    stop: async () => {
      stopped = true;
      await clients;
    },
  };
}

async function expectAll(database: string, acknowledged: ReadonlyMap<string, Envelope>): Promise<void> {
  const rows = await postgres.sql('select id, sentence from runs', nameOf(database));
  const stored = rows.split('\n');
  const sent = [...acknowledged].map(
    ([id, { body }]) => `${id}|${'headline' in body ? body.headline.sentence : ''}`,
  );
  // Every one that was sent was acknowledged, so there are no others.
  expect(stored.sort()).toEqual(sent.sort());
}

describe('a service that is taking reports', () => {
  it(
    'acknowledges every one while PostgreSQL is killed and comes back, and none is lost or twice',
    async () => {
      const database = await postgres.database();
      await start(database);
      const { acknowledged, calm, stop } = ingest();
      const grown = (by: number) => {
        const from = acknowledged.size;
        return expect.poll(() => acknowledged.size).toBeGreaterThan(from + by);
      };
      await grown(50);
      await postgres.halt();
      await grown(50);
      expect((await storeNow()).away).toMatchObject({ reason: 'store-unreachable' });
      calm();
      await postgres.resume();
      await isBackIn();
      await grown(20);
      await stop();
      await isBack();
      await expectAll(database, acknowledged);
      expect(Number(await figure('spool_kept_total'))).toBeGreaterThan(40);
    },
    clusterMs * 2,
  );

  it('notices that the line is silent, and does not wait for it when it is whole again', async () => {
    const database = await postgres.database();
    await start(database, {}, { watchPace: { doubtMs: 200, answerMs: 1_000 } });
    const acknowledged = new Map<string, Envelope>([
      [idOf(await ask('/api/reports', sampleNat())), sampleNat()],
    ]);
    line.cut();
    const visit = sampleVisit();
    // Nobody refuses it: the first report has to find out.
    const [id, list] = [idOf(await ask('/api/reports', visit)), await ask('/api/runs')];
    acknowledged.set(id, visit);
    expect([list.status, list.retryAfter]).toEqual([503, '5']);
    line.mend();
    await isBack();
    await expectAll(database, acknowledged);
  });

  it('keeps reports while PostgreSQL takes no writes, though it answers', async () => {
    const database = await postgres.database();
    await start(database);
    const name = nameOf(database);
    await postgres.sql(`alter database ${name} set default_transaction_read_only = on;
      select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const id = idOf(await ask('/api/reports', sampleNat()));
    await expect.poll(async () => (await storeNow()).away?.reason).toBe('store-read-only');
    await postgres.sql(`alter database ${name} set default_transaction_read_only = off`);
    await isBack();
    expect((await ask(`/api/runs/${id}`)).status).toBe(200);
  });

  it('refuses reports beyond its bounds, with a time to try again', async () => {
    await start(await postgres.database(), { spool: { folder, reports: 2 } });
    line.refuse();
    const replies = [];
    for (const number of [1, 2, 3])
      replies.push(await ask('/api/reports', sampleNat({ sentence: `Report ${number}.` })));
    expect(replies.map(({ status, retryAfter }) => [status, retryAfter])).toEqual([
      [200, null],
      [200, null],
      [503, '60'],
    ]);
    expect(replies[2]?.body).toMatchObject({ error: { code: 'spool-full' } });
    line.mend();
    await isBack();
    expect((await ask('/api/runs')).body).toMatchObject({ total: 2 });
  });
});

/** The store answers again; reports may still wait. */
const isBackIn = () => expect.poll(async () => (await storeNow()).away, { interval: 100 }).toBeNull();
