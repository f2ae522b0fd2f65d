/** Gives the jobs of the queue to the agents that are connected to this node. */
import type { FastifyBaseLogger } from 'fastify';
import type { JobTry, JobWork } from '../../contract/fleet/agent-signal.ts';
import { RequestFault } from '../fault.ts';
import type { StoredJob } from '../store/fleet/job-queries.ts';
import type { AgentLink } from './agent-link.ts';
import { PairTable } from './pair-table.ts';
import type { JobQueue } from './queue/job-queue.ts';

/** A job as an agent gets it. */
export interface Assignment {
  readonly work: JobWork;
  readonly timeoutMs: number;
}

/** What a job comes to now. Throws RequestFault where it cannot be done any more. */
export type Assign = (job: StoredJob, link: AgentLink) => Promise<Assignment>;

export interface JobGiverOptions {
  readonly queue: JobQueue;
  readonly now: () => Date;
  readonly refuses: (address: string) => boolean;
  readonly assign: Assign;
  readonly links: () => readonly AgentLink[];
  readonly onJob: (id: string) => void;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
}

/** The agent keeps the time by itself and says so; after this the hub does. */
const graceMs = 15_000;

export class JobGiver {
  readonly pairs: PairTable;
  readonly #options: JobGiverOptions;
  #looking: Promise<void> | null = null;
  #again = false;
  #closed = false;

  constructor(options: JobGiverOptions) {
    this.#options = options;
    this.pairs = new PairTable({ refuses: options.refuses });
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
    await this.#looking;
  }

  /** The agent would not begin. */
  async takeBack(which: JobTry, from: AgentLink): Promise<void> {
    from.ends(which);
    const pair = this.pairs.end(which);
    const other = pair === null ? null : from === pair.owner ? pair.helper : pair.owner;
    other?.ends(which);
    other?.send({ type: 'cancel', ...which, reason: 'the other end would not begin' });
    await this.#options.queue.release(which, { uncounted: true });
  }

  /** One end of a pair is gone: so is the attempt, which says nothing about the network. */
  async breakPair(which: JobTry, gone: AgentLink): Promise<void> {
    const pair = this.pairs.end(which);
    if (pair === null) return;
    const left = gone === pair.owner ? pair.helper : pair.owner;
    left.ends(which);
    left.send({ type: 'cancel', ...which, reason: 'the other end is gone' });
    if (gone === pair.helper) await this.#options.queue.release(which, { uncounted: false });
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
    const { queue, assign, onJob, now } = this.#options;
    const { id: agent, region } = link.agent;
    const job = await queue.take({ agent, region, kinds: link.kinds });
    if (job === null) return false;
    const which = { job: job.id, try: job.try };
    try {
      const { work, timeoutMs } = await assign(job, link);
      const told = work.kind === 'pair' ? this.#pairUp(job, link, { work, timeoutMs }) : work;
      link.begins(which, now().getTime(), timeoutMs + graceMs);
      link.send({ type: 'job', ...which, timeoutMs, work: told });
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

  /** The other end gets its half first: it waits for the offer. Throws `agent-missing`. */
  #pairUp(
    job: StoredJob,
    owner: AgentLink,
    { work, timeoutMs }: { work: PairWork; timeoutMs: number },
  ): PairWork {
    const { which, helper } = this.pairs.open(job, owner, this.#options.links());
    helper.begins(which, this.#options.now().getTime(), timeoutMs + graceMs);
    const half = { ...work, offers: false, ...toldOf(owner) };
    helper.send({ type: 'job', ...which, timeoutMs, work: half });
    return { ...work, ...toldOf(helper) };
  }
}

type PairWork = Extract<JobWork, { kind: 'pair' }>;

function toldOf({ agent }: AgentLink): Pick<PairWork, 'other' | 'otherRegion'> {
  return { other: agent.name, otherRegion: agent.region };
}
