/** Jobs from their beginning to their end. */
import { randomBytes } from 'node:crypto';
import type { Envelope } from '../../contract/envelope.ts';
import { failure } from '../../contract/failures.ts';
import type { AgentResult, JobOutcome, JobTry } from '../../contract/fleet/agent-signal.ts';
import type { JobQuery, JobRequest, JobView } from '../../contract/fleet/job.ts';
import type { Vantage } from '../../contract/fleet/vantage.ts';
import type { ProbeStep } from '../../contract/probe-step.ts';
import { fault } from '../fault.ts';
import type { StoredAgent } from '../store/fleet/agent-queries.ts';
import type { JobStore } from '../store/fleet/fleet-store.ts';
import type { JobEnd, NewJob, StoredJob } from '../store/fleet/job-queries.ts';
import type { JobQueue } from './queue/job-queue.ts';

/** A job of an operator waits so long for an agent that is busy, or not there. */
const waitsMs = 10 * 60_000;
export const maxTries = 3;
/** Progress of a job is shown at most this often. */
const tellEveryMs = 250;
/** Ended jobs are remembered for so long. */
export const jobsKeptMs = 8 * 86_400_000;

/** What came of a job that a monitor wanted. */
export interface MonitorOutcome {
  readonly job: StoredJob;
  readonly monitor: string;
  readonly outcome: Extract<JobOutcome, { ok: true }>;
  /** The reports, with where they were made. */
  readonly reports: readonly Envelope[];
  readonly agent: StoredAgent;
  readonly reachedBy: string;
}

export interface JobDeskOptions {
  readonly store: JobStore;
  readonly agents: () => Promise<readonly StoredAgent[]>;
  readonly queue: JobQueue;
  readonly now: () => Date;
  /** Stores a report; gives the run’s id. */
  readonly save: (report: Envelope) => Promise<string>;
  /** Keeps of it what the monitor needs; gives the ids of the runs that were stored. */
  readonly onMonitored: (outcome: MonitorOutcome) => Promise<string[]>;
  /** The try is over: see `AgentHub.over` and `cancel`. */
  readonly onOver: (which: JobTry) => void;
  readonly onCancel: (which: JobTry, agent: string, reason: string) => void;
  readonly onChange: (job: JobView) => void;
  readonly onEnd: (job: StoredJob, state: JobView['state']) => void;
}

export class JobDesk {
  readonly #options: JobDeskOptions;
  /** Newest step of each job that runs. */
  readonly #steps = new Map<string, { readonly step: ProbeStep; readonly toldMs: number }>();

  constructor(options: JobDeskOptions) {
    this.#options = options;
  }

  async list(query: JobQuery): Promise<JobView[]> {
    return (await this.#options.store.list(query)).map((job) => this.#view(job));
  }

  async view(id: string): Promise<JobView> {
    return this.#view(await this.#find(id));
  }

  /** Throws `not-found` and `job-not-possible`: what nobody there will ever do is not waited for. */
  async start(request: JobRequest): Promise<JobView> {
    const { queue, now, agents } = this.#options;
    accept(request, await agents());
    const at = now();
    const id = `j${randomBytes(9).toString('base64url')}`;
    await queue.add(newJob(id, request, null, at, waitsMs));
    return this.tell(id);
  }

  /** Of a monitor; of several nodes that ask for the same one, one gets it. */
  async ask(id: string, request: JobRequest, monitor: string, waitsMs: number): Promise<void> {
    const { queue, now } = this.#options;
    if (await queue.add(newJob(id, request, monitor, now(), waitsMs))) await this.tell(id);
  }

  /** Throws `not-found`; what is over stays as it is. */
  async cancel(id: string): Promise<JobView> {
    const { store, now, onCancel } = this.#options;
    const job = await this.#find(id);
    const cause = failure('cancelled');
    const ended = await store.end(id, { state: 'cancelled', failure: null, reason: cause.message }, now());
    if (ended && job.agent !== null && job.state === 'running') {
      onCancel({ job: id, try: job.try }, job.agent, cause.message);
    }
    return this.tell(id);
  }

  /** What an agent brings. False: that try was over before, and nothing was kept. */
  async result(
    { job: id, try: number, outcome }: AgentResult,
    agent: StoredAgent,
    { reachedBy, network }: { readonly reachedBy: string; readonly network: string | null },
  ): Promise<boolean> {
    const { store, queue, onOver, onEnd } = this.#options;
    const which = { job: id, try: number };
    const job = await store.find(id);
    if (job?.state !== 'running' || job.try !== number || job.agent !== agent.id) return false;
    const end = outcome.ok
      ? await this.#keep(job, outcome, agent, { reachedBy, network })
      : endOf(job, outcome);
    const kept =
      end === null ? await queue.release(which, { uncounted: false }) : await queue.finish(which, end);
    this.#steps.delete(id);
    onOver(which);
    if (kept && end !== null) onEnd(job, end.state);
    await this.tell(id);
    return kept;
  }

  progress({ job: id }: JobTry, step: ProbeStep): void {
    const nowMs = this.#options.now().getTime();
    const toldMs = this.#steps.get(id)?.toldMs ?? 0;
    const isSoon = nowMs - toldMs < tellEveryMs;
    this.#steps.set(id, { step, toldMs: isSoon ? toldMs : nowMs });
    if (!isSoon) void this.tell(id).catch(() => {});
  }

  /** Sets aside what no agent could end, and what no agent came for. */
  async sweep(): Promise<void> {
    const { store, now, onEnd, onOver } = this.#options;
    for (const job of await store.hopeless(now())) {
      const end = hopelessEnd(job);
      if (!(await store.end(job.id, end, now()))) continue;
      onOver({ job: job.id, try: job.try });
      onEnd(job, end.state);
      await this.tell(job.id);
    }
  }

  /** Shows the dashboards how it stands. */
  async tell(id: string): Promise<JobView> {
    const view = await this.view(id);
    if (view.endedAt !== null) this.#steps.delete(id);
    this.#options.onChange(view);
    return view;
  }

  async #keep(
    job: StoredJob,
    outcome: Extract<JobOutcome, { ok: true }>,
    agent: StoredAgent,
    { reachedBy, network }: { readonly reachedBy: string; readonly network: string | null },
  ): Promise<JobEnd> {
    const { save, onMonitored } = this.#options;
    const { id, name, region, clock } = agent;
    const vantage: Vantage = { agent: id, name, region, network, clock };
    const reports = outcome.reports.map((report) => ({ ...report, vantage }));
    if (job.monitor !== null) {
      const runs = await onMonitored({ job, monitor: job.monitor, outcome, reports, agent, reachedBy });
      return { state: 'done', runs };
    }
    const runs = [];
    for (const report of reports) runs.push(await save(report));
    return { state: 'done', runs };
  }

  async #find(id: string): Promise<StoredJob> {
    const job = await this.#options.store.find(id);
    if (job === null) throw fault('not-found', `job ${id}`);
    return job;
  }

  #view(job: StoredJob): JobView {
    const { request } = job;
    return {
      id: job.id,
      kind: request.kind,
      at: request.at,
      with: request.kind === 'pair' ? request.with : null,
      monitor: job.monitor,
      state: job.state,
      createdAt: job.createdAt,
      endedAt: job.endedAt,
      try: job.try,
      maxTries: job.maxTries,
      agent: job.agent,
      progress: job.state === 'running' ? (this.#steps.get(job.id)?.step ?? null) : null,
      runs: [...job.runs],
      failure: job.failure,
      reason: job.reason,
    };
  }
}

/** Agents say what they do when they connect; one that has never been connected may do anything. */
function accept({ at, kind }: JobRequest, agents: readonly StoredAgent[]): void {
  const there = agents.filter(
    ({ id, region, revokedAt }) =>
      revokedAt === null && ('agent' in at ? id === at.agent : region === at.region),
  );
  if ('agent' in at && there.length === 0) throw fault('not-found', `agent ${at.agent}`);
  const isPossible = there.some(({ facts }) => facts === null || facts.kinds.includes(kind));
  if (there.length === 0 || isPossible) return;
  const names = there.map(({ name }) => name).join(', ');
  const how = kind === 'lab' ? ': start it as root, with --lab' : '';
  throw fault('job-not-possible', `${names} does no ${kind} jobs${how}`);
}

function newJob(id: string, request: JobRequest, monitor: string | null, at: Date, waitsMs: number): NewJob {
  const expiresAt = new Date(at.getTime() + waitsMs).toISOString();
  return { id, request, monitor, createdAt: at.toISOString(), expiresAt, maxTries };
}

/** Null: once more, by whoever comes. */
function endOf(job: StoredJob, { failure: cause, again }: Extract<JobOutcome, { ok: false }>): JobEnd | null {
  if (again && job.try < job.maxTries) return null;
  if (!again) return { state: 'failed', failure: cause, reason: cause.message };
  return { state: 'aside', failure: cause, reason: `${cause.message} Tried ${job.try} times.` };
}

function hopelessEnd({ try: tries }: StoredJob): JobEnd {
  if (tries > 0) {
    const cause = failure('agent-lost', `${tries} tries`);
    return { state: 'aside', failure: cause, reason: cause.message };
  }
  const cause = failure('agent-missing');
  return { state: 'failed', failure: cause, reason: cause.message };
}
