/** What every job queue promises, whoever carries the jobs. */
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../../../contract/failures.ts';
import { type Nats, natsObstacle, startNats } from '../../../../scenarios/io/nats.ts';
import { JetStreamQueue } from '../../../../service/agents/queue/jetstream-queue.ts';
import type { JobQueue } from '../../../../service/agents/queue/job-queue.ts';
import { StoreQueue } from '../../../../service/agents/queue/store-queue.ts';
import type { NewJob, Taker } from '../../../../service/store/fleet/job-queries.ts';
import { openSqliteStore } from '../../../../service/store/sqlite.ts';
import type { Store } from '../../../../service/store/store.ts';
import { describeStores } from '../store-kinds.ts';

const leaseMs = 30_000;
const startMs = Date.parse('2026-11-20T12:00:00Z');
const seoul = (agent: string): Taker => ({ agent, region: 'seoul', kinds: ['probe'] });
const berlin: Taker = { agent: 'b1', region: 'berlin', kinds: ['probe', 'turn-check'] };

function job(id: string, over: Partial<NewJob> = {}): NewJob {
  return {
    id,
    request: { kind: 'probe', at: { region: 'seoul' } },
    monitor: null,
    createdAt: new Date(startMs).toISOString(),
    expiresAt: new Date(startMs + 600_000).toISOString(),
    maxTries: 3,
    ...over,
  };
}

let store: Store;
let nowMs: number;
let queue: JobQueue;
const now = () => new Date(nowMs);

let nats: Nats | undefined;
let connection: NatsConnection | undefined;
beforeAll(async () => {
  if (natsObstacle() !== null) return;
  nats = await startNats();
  connection = await connect({ servers: nats.url });
}, 60_000);
afterAll(async () => {
  await connection?.close();
  await nats?.close();
});

function natsConnection(): NatsConnection {
  if (connection === undefined) throw new Error('no connection');
  return connection;
}

const queues = [
  {
    name: 'of the store',
    obstacle: null,
    open: (): JobQueue => new StoreQueue({ store: store.fleet.jobs, now, leaseMs }),
    forget: async () => {},
  },
  {
    name: 'over JetStream',
    obstacle: natsObstacle(),
    open: (): JobQueue =>
      new JetStreamQueue({ store: store.fleet.jobs, now, leaseMs, connection: natsConnection, replicas: 1 }),
    forget: async () => {
      const { streams } = await jetstreamManager(natsConnection());
      for await (const { config } of streams.list()) await streams.delete(config.name);
    },
  },
];

describeStores(
  (opened) => {
    store = opened;
  },
  (again) => {
    describe.each(queues)('a queue $name', ({ obstacle, open, forget }) => {
      beforeEach((context) => {
        if (obstacle !== null) return context.skip(obstacle);
        nowMs = startMs;
        queue = open();
      });
      afterEach(async () => {
        if (obstacle !== null) return;
        await queue.close();
        await forget();
      });

      it('gives each job to exactly one of many that ask at the same time', async () => {
        const ids = Array.from({ length: 8 }, (_, index) => `j${index}`);
        for (const id of ids) expect(await queue.add(job(id))).toBe(true);
        const taken = await Promise.all(
          Array.from({ length: 20 }, (_, index) => queue.take(seoul(`a${index}`))),
        );
        const got = taken.filter((each) => each !== null);
        expect(new Set(got.map(({ id }) => id)).size).toBe(got.length);
        // Who lost a race asks again; then none is left behind.
        for (let more = await queue.take(seoul('late')); more !== null; ) {
          got.push(more);
          more = await queue.take(seoul('late'));
        }
        expect(got.map(({ id }) => id).sort()).toEqual(ids);
        expect(got.every((each) => each.try === 1)).toBe(true);
      });

      it('takes a job of the same id once, whatever became of the first', async () => {
        expect(await queue.add(job('tick'))).toBe(true);
        expect(await queue.add(job('tick'))).toBe(false);
        await queue.take(seoul('a1'));
        await queue.finish({ job: 'tick', try: 1 }, { state: 'done', runs: ['r1'] });
        expect(await queue.add(job('tick'))).toBe(false);
        expect(await queue.take(seoul('a1'))).toBeNull();
      });

      it('looks at the place and the kind', async () => {
        await queue.add(job('here', { request: { kind: 'probe', at: { agent: 'a2' } } }));
        await queue.add(
          job('check', { request: { kind: 'turn-check', at: { region: 'berlin' }, server: 's' } }),
        );
        expect(await queue.take(seoul('a1'))).toBeNull();
        expect(await queue.take({ ...berlin, kinds: ['probe'] })).toBeNull();
        expect((await queue.take(berlin))?.id).toBe('check');
        expect((await queue.take(seoul('a2')))?.id).toBe('here');
      });

      it('gives the job of an agent that falls silent to another, and hears the first no more', async () => {
        await queue.add(job('j'));
        await queue.take(seoul('a1'));
        nowMs += leaseMs - 1;
        expect(await queue.extend({ job: 'j', try: 1 }, 'a1')).toBe(true);
        nowMs += leaseMs - 1;
        expect(await queue.take(seoul('a2'))).toBeNull();
        nowMs += leaseMs;
        expect(await queue.take(seoul('a2'))).toMatchObject({ id: 'j', try: 2, agent: 'a2' });
        expect(await queue.extend({ job: 'j', try: 1 }, 'a1')).toBe(false);
        expect(await queue.extend({ job: 'j', try: 2 }, 'a1')).toBe(false);
        expect(await queue.finish({ job: 'j', try: 1 }, { state: 'done', runs: ['first'] })).toBe(false);
        expect(await queue.finish({ job: 'j', try: 2 }, { state: 'done', runs: ['second'] })).toBe(true);
        expect(await queue.finish({ job: 'j', try: 2 }, { state: 'done', runs: ['twice'] })).toBe(false);
        expect(await store.fleet.jobs.find('j')).toMatchObject({ state: 'done', runs: ['second'] });
      });

      it('is not lost with the process', async () => {
        await queue.add(job('waits'));
        await queue.add(job('runs'));
        await queue.take(seoul('a1'));
        await queue.close();
        await again();
        queue = open();
        expect((await queue.take(seoul('a2')))?.try).toBe(1);
        expect(await queue.take(seoul('a2'))).toBeNull();
        nowMs += leaseMs + 1;
        expect((await queue.take(seoul('a2')))?.try).toBe(2);
      });

      it('tries a poison job as often as it may be, and names it then', async () => {
        await queue.add(job('poison'));
        for (let tries = 1; tries <= 3; tries += 1) {
          expect((await queue.take(seoul(`a${tries}`)))?.try).toBe(tries);
          expect(await store.fleet.jobs.hopeless(now())).toEqual([]);
          nowMs += leaseMs + 1;
        }
        expect(await queue.take(seoul('a4'))).toBeNull();
        expect((await store.fleet.jobs.hopeless(now())).map(({ id }) => id)).toEqual(['poison']);
      });

      it('takes back what was not begun as if it had not been given', async () => {
        await queue.add(job('j'));
        await queue.take(seoul('a1'));
        let woken = 0;
        queue.onWork(() => (woken += 1));
        expect(await queue.release({ job: 'j', try: 1 }, { uncounted: true })).toBe(true);
        expect(woken).toBeGreaterThan(0);
        expect((await queue.take(seoul('a2')))?.try).toBe(1);
        expect(await queue.release({ job: 'j', try: 1 }, { uncounted: false })).toBe(true);
        expect((await queue.take(seoul('a2')))?.try).toBe(2);
        expect(await queue.release({ job: 'j', try: 1 }, { uncounted: false })).toBe(false);
      });

      it('does not give out what is too late, and names it', async () => {
        await queue.add(job('late', { expiresAt: new Date(startMs + 1_000).toISOString() }));
        nowMs += 1_001;
        expect(await queue.take(seoul('a1'))).toBeNull();
        expect((await store.fleet.jobs.hopeless(now())).map(({ id }) => id)).toEqual(['late']);
      });

      it('keeps why a job failed', async () => {
        await queue.add(job('j'));
        await queue.take(seoul('a1'));
        const cause = failure('job-timeout');
        await queue.finish({ job: 'j', try: 1 }, { state: 'failed', failure: cause, reason: cause.message });
        const [shown] = await store.fleet.jobs.list({ state: 'failed', limit: 10 });
        expect(shown).toMatchObject({ id: 'j', failure: cause, endedAt: now().toISOString() });
      });
    });
  },
);

describe.skipIf(natsObstacle() !== null)('JetStream', () => {
  it('brings the job of a silent agent to another node by itself', async () => {
    const shared = await openSqliteStore(':memory:');
    const onNode = () =>
      new JetStreamQueue({
        ...{ store: shared.fleet.jobs, now: () => new Date(), leaseMs: 1_000 },
        ...{ connection: natsConnection, replicas: 1 },
      });
    const [one, other] = [onNode(), onNode()];
    let woken = 0;
    other.onWork(() => (woken += 1));
    // So that it listens before there is something to hear.
    expect(await other.take(seoul('a2'))).toBeNull();
    const at = Date.now();
    await one.add(
      job('j', { createdAt: new Date(at).toISOString(), expiresAt: new Date(at + 60_000).toISOString() }),
    );
    await vi.waitUntil(() => woken > 0, { timeout: 5_000 });
    expect((await one.take(seoul('a1')))?.try).toBe(1);
    // Long before it would look into the store.
    const again = await vi.waitUntil(() => other.take(seoul('a2')), { timeout: 8_000, interval: 50 });
    expect(again).toMatchObject({ id: 'j', try: 2, agent: 'a2' });
    expect(await other.finish({ job: 'j', try: 2 }, { state: 'done', runs: [] })).toBe(true);
    await Promise.all([one.close(), other.close()]);
    await shared.close();
  });
});
