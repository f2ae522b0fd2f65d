/** A queue that needs nothing but the store. Nodes that share one find each other’s jobs by looking once a second. */
import type { JobTry } from '../../../contract/fleet/agent-signal.ts';
import type { JobStore } from '../../store/fleet/fleet-store.ts';
import type { JobEnd, NewJob, StoredJob, Taker } from '../../store/fleet/job-queries.ts';
import type { JobQueue } from './job-queue.ts';

const usualLookMs = 1_000;

export interface StoreQueueOptions {
  readonly store: JobStore;
  readonly now: () => Date;
  /** A job is an agent’s for so long unless it is extended. */
  readonly leaseMs: number;
  /** How often it is worth looking for jobs of other nodes. */
  readonly lookEveryMs?: number;
}

export class StoreQueue implements JobQueue {
  readonly #options: StoreQueueOptions;
  readonly #listeners: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(options: StoreQueueOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tell(), options.lookEveryMs ?? usualLookMs).unref();
  }

  async add(job: NewJob): Promise<boolean> {
    const added = await this.#options.store.add(job);
    if (added) this.#tell();
    return added;
  }

  async take(taker: Taker): Promise<StoredJob | null> {
    const { store, now } = this.#options;
    const at = now();
    for (const id of await store.open(taker, at)) {
      const job = await store.take(id, taker.agent, this.#leaseFrom(at), null);
      if (job !== null) return job;
    }
    return null;
  }

  extend(which: JobTry, agent: string): Promise<boolean> {
    const { store, now } = this.#options;
    return store.extend(which, agent, this.#leaseFrom(now()).until);
  }

  finish(which: JobTry, end: JobEnd): Promise<boolean> {
    const { store, now } = this.#options;
    return store.finish(which, end, now());
  }

  async release(which: JobTry, how: { readonly uncounted: boolean }): Promise<boolean> {
    const released = await this.#options.store.release(which, how);
    if (released) this.#tell();
    return released;
  }

  onWork(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.length = 0;
  }

  #leaseFrom(now: Date): { readonly now: Date; readonly until: Date } {
    return { now, until: new Date(now.getTime() + this.#options.leaseMs) };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
