/** Gives the jobs of the queue to the agents that are connected to this node. */
import type { FastifyBaseLogger } from 'fastify';
import type { JobTry } from '../../contract/fleet/agent-signal.ts';
import { RequestFault } from '../fault.ts';
import type { AgentLink } from './agent-link.ts';
import type { Assignment } from './assignment.ts';
import { PairDesk, type PairDeskOptions } from './pairs/pair-desk.ts';
import type { JobQueue } from './queue/job-queue.ts';

export interface JobGiverOptions extends Omit<PairDeskOptions, 'begin' | 'onBroken'> {
  readonly queue: JobQueue;
  readonly now: () => Date;
  /** A job has begun, or has come to an end without a result. */
  readonly onJob: (id: string) => void;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
}

/** The agent keeps the time by itself and says so; after this the hub does. */
const graceMs = 15_000;

export class JobGiver {
  readonly pairs: PairDesk;
  readonly #options: JobGiverOptions;
  #looking: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(options: JobGiverOptions) {
    this.#options = options;
    this.pairs = new PairDesk({
      ...options,
      begin: (link, which, assignment) => this.#begin(link, which, assignment),
      onBroken: (which) => void this.#retry(which),
    });
  }

  /** Gives out what there is, one after the other. A call while it does so makes it look once more. */
  look(): void {
    this.#again = true;
    if (this.#closed) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.pairs.close();
    await this.#looking;
  }

  /** The agent would not begin. */
  async takeBack(which: JobTry, from: AgentLink): Promise<void> {
    from.ends(which);
    this.pairs.leave(which, from, 'the other end would not begin');
    await this.#options.queue.release(which, { uncounted: true });
  }

  /** One end of a pair is gone: so is the attempt, which says nothing about the network. */
  async breakPair(which: JobTry, gone: AgentLink): Promise<void> {
    const pair = this.pairs.leave(which, gone, 'the other end is gone');
    if (pair?.helper.link === gone) await this.#options.queue.release(which, { uncounted: false });
  }

  async #look(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        for (const link of this.#options.links()) {
          while (link.free > 0 && !this.#closed && (await this.#give(link)));
        }
      } catch (error) {
        this.#options.log.error({ err: error }, 'jobs could not be given out');
      }
    }
  }

  /** False: there is nothing for it. */
  async #give(link: AgentLink): Promise<boolean> {
    const { queue, assign, onJob } = this.#options;
    const { id: agent, region } = link.agent;
    const job = await queue.take({ agent, region, kinds: link.kinds });
    if (job === null) return false;
    const which = { job: job.id, try: job.try };
    try {
      const { work, timeoutMs } = await assign(job, link);
      const told = work.kind === 'pair' ? await this.pairs.open(job, link, { work, timeoutMs }) : work;
      if (told !== null) this.#begin(link, which, { work: told, timeoutMs });
    } catch (error) {
      if (!(error instanceof RequestFault)) {
        await queue.release(which, { uncounted: false });
        throw error;
      }
      await queue.finish(which, { state: 'failed', failure: error.failure, reason: error.failure.message });
    }
    onJob(job.id);
    return true;
  }

  #begin(link: AgentLink, which: JobTry, { work, timeoutMs }: Assignment): void {
    link.begins(which, this.#options.now().getTime(), timeoutMs + graceMs);
    link.send({ type: 'job', ...which, timeoutMs, work });
  }

  async #retry(which: JobTry): Promise<void> {
    try {
      await this.#options.queue.release(which, { uncounted: false });
    } catch (error) {
      // Its agent is not at it any more, so another takes it when the lease is over.
      this.#options.log.error({ err: error, job: which.job }, 'a job could not be given back');
    }
  }
}
