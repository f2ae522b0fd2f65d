/**
 * Brings each job to one agent. Jobs are rows of the store, which says whom each belongs to; a queue decides who looks when.
 * Two do: the store itself (store-queue.ts), and JetStream, which tells the nodes of a cluster (jetstream-queue.ts).
 */
import type { JobTry } from '../../../contract/fleet/agent-signal.ts';
import type { JobEnd, NewJob, StoredJob, Taker } from '../../store/fleet/job-queries.ts';

export interface JobQueue {
  /** False: a job of that id was there already. */
  add(job: NewJob): Promise<boolean>;
  /** A job for this agent, and nobody else’s while its lease lasts; null: there is none now. */
  take(taker: Taker): Promise<StoredJob | null>;
  /** The agent is at it. False: that try is over or not its own, the agent may stop. */
  extend(which: JobTry, agent: string): Promise<boolean>;
  /** False: that try was over before, so what it brought does not count. */
  finish(which: JobTry, end: JobEnd): Promise<boolean>;
  /** To be tried again by whoever comes. `uncounted`: it was not even begun. */
  release(which: JobTry, how: { readonly uncounted: boolean }): Promise<boolean>;
  /** There may be something to take. */
  onWork(listener: () => void): void;
  close(): Promise<void>;
}
