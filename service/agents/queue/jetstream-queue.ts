/**
 * The queue of several nodes: a JetStream work queue tells them of jobs, and the store says whose each is. What the queue
 * does not bring – jobs for one agent, and those that were added while NATS was away – the store gives by itself.
 */
import {
  AckPolicy,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos, type Subscription } from '@nats-io/transport-node';
import type { JobTry } from '../../../contract/fleet/agent-signal.ts';
import type { JobPlace } from '../../../contract/fleet/job.ts';
import type { JobEnd, NewJob, StoredJob, Taker } from '../../store/fleet/job-queries.ts';
import type { JobQueue } from './job-queue.ts';
import { StoreQueue, type StoreQueueOptions } from './store-queue.ts';

const stream = 'POLYNYA_JOBS';
const prefix = 'polynya.jobs';
const clusterReplicas = 3;
const answerMs = 2_000;
/** Messages of jobs that are over are passed by, so many at a time. */
const mostStale = 50;
/** The store alone is asked this often. */
const lookEveryMs = 10_000;

/** What is sent to a message’s reply subject (NATS JetStream: consumer acknowledgements). */
const acks = { done: '+ACK', working: '+WPI', again: '-NAK' } as const;

export interface JetStreamQueueOptions extends StoreQueueOptions {
  /** Throws while there is none. */
  readonly connection: () => NatsConnection;
  /** Null: three in a cluster, one without. */
  readonly replicas: number | null;
}

export class JetStreamQueue implements JobQueue {
  readonly #options: JetStreamQueueOptions;
  readonly #store: StoreQueue;
  readonly #listeners: (() => void)[] = [];
  /** Consumers that are there, on the present connection. */
  #ready: {
    readonly connection: NatsConnection;
    readonly names: Set<string>;
    manager: JetStreamManager;
  } | null = null;
  #heard: { readonly connection: NatsConnection; readonly subscription: Subscription } | null = null;
  #lookedMs = 0;

  constructor(options: JetStreamQueueOptions) {
    this.#options = options;
    this.#store = new StoreQueue({ ...options, lookEveryMs });
    this.#store.onWork(() => this.#tell());
  }

  async add(job: NewJob): Promise<boolean> {
    if (!(await this.#store.add(job))) return false;
    const { at, kind } = job.request;
    try {
      const { connection } = await this.#open();
      const subject = subjectOf(at, kind);
      // An agent’s own jobs are found in the store; the others need only look.
      if (subject === null) connection.publish(`${prefix}-ready`);
      else await jetstream(connection).publish(subject, job.id, { msgID: job.id, timeout: answerMs });
    } catch {
      // It is in the store, where it will be found.
    }
    return true;
  }

  async take(taker: Taker): Promise<StoredJob | null> {
    for (const kind of taker.kinds) {
      const job = await this.#takeNext(taker, kind).catch(() => null);
      if (job !== null) return job;
    }
    const nowMs = this.#options.now().getTime();
    const isTime = Math.abs(nowMs - this.#lookedMs) >= lookEveryMs || this.#ready === null;
    if (isTime) this.#lookedMs = nowMs;
    return this.#store.take(isTime ? taker : { ...taker, region: '' });
  }

  async extend(which: JobTry, agent: string): Promise<boolean> {
    const job = await this.#options.store.find(which.job);
    const extended = await this.#store.extend(which, agent);
    if (extended) this.#acknowledge(job?.receipt, acks.working);
    return extended;
  }

  async finish(which: JobTry, end: JobEnd): Promise<boolean> {
    const job = await this.#options.store.find(which.job);
    const finished = await this.#store.finish(which, end);
    if (finished) this.#acknowledge(job?.receipt, acks.done);
    return finished;
  }

  async release(which: JobTry, how: { readonly uncounted: boolean }): Promise<boolean> {
    const job = await this.#options.store.find(which.job);
    const released = await this.#store.release(which, how);
    if (released) this.#acknowledge(job?.receipt, acks.again);
    return released;
  }

  onWork(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    this.#listeners.length = 0;
    this.#heard?.subscription.unsubscribe();
    await this.#store.close();
  }

  /** The next job of the region that nobody has; null: the queue has none just now. */
  async #takeNext({ agent, region }: Taker, kind: string): Promise<StoredJob | null> {
    const { store, now, leaseMs } = this.#options;
    const { connection } = await this.#open();
    const consumer = await this.#consumer(region, kind);
    for (let passed = 0; passed < mostStale; passed += 1) {
      const request = JSON.stringify({ batch: 1, no_wait: true });
      const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
      const message = await connection.request(subject, request, { timeout: answerMs, noMux: true });
      // A status instead of a job: there is none.
      if (message.headers?.hasError === true || message.data.length === 0 || message.reply === undefined)
        return null;
      const at = now();
      const lease = { now: at, until: new Date(at.getTime() + leaseMs) };
      const job = await store.take(message.string(), agent, lease, message.reply);
      if (job !== null) return job;
      // Somebody has it, or it is over; while it runs, it comes again when its agent falls silent.
      const known = await store.find(message.string());
      if (known?.state !== 'running') this.#acknowledge(message.reply, acks.done);
    }
    return null;
  }

  async #consumer(region: string, kind: string): Promise<string> {
    const { manager, names } = await this.#open();
    const name = `${region}_${kind}`;
    if (names.has(name)) return name;
    await manager.consumers.add(stream, {
      durable_name: name,
      filter_subject: `${prefix}.${region}.${kind}`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#options.leaseMs),
      // The store counts the tries.
      max_deliver: -1,
    });
    names.add(name);
    return name;
  }

  async #open() {
    const connection = this.#options.connection();
    if (this.#ready?.connection === connection) return this.#ready;
    const manager = await jetstreamManager(connection, { timeout: answerMs });
    const isCluster = connection.info?.cluster !== undefined;
    await manager.streams.add({
      name: stream,
      subjects: [`${prefix}.>`],
      retention: RetentionPolicy.Workqueue,
      storage: StorageType.File,
      // What nobody has come for in a day is over.
      max_age: nanos(86_400_000),
      num_replicas: this.#options.replicas ?? (isCluster ? clusterReplicas : 1),
    });
    this.#listen(connection);
    this.#ready = { connection, manager, names: new Set() };
    return this.#ready;
  }

  /** What is added on any node is heard on all. */
  #listen(connection: NatsConnection): void {
    if (this.#heard?.connection === connection) return;
    const callback = () => this.#tell();
    const subscription = connection.subscribe(`${prefix}.>`, { callback });
    connection.subscribe(`${prefix}-ready`, { callback });
    this.#heard = { connection, subscription };
  }

  #acknowledge(receipt: string | null | undefined, ack: string): void {
    if (receipt === null || receipt === undefined) return;
    try {
      this.#options.connection().publish(receipt, ack);
    } catch {
      // It comes again, and is seen to be over then.
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Null: for one agent. */
function subjectOf(place: JobPlace, kind: string): string | null {
  return 'region' in place ? `${prefix}.${place.region}.${kind}` : null;
}
