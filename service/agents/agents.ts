/** Agents, their jobs and monitors as one part of the service. */
import type { FastifyBaseLogger } from 'fastify';
import type { ServeConfig } from '../../contract/config.ts';
import type { Envelope } from '../../contract/envelope.ts';
import type { LiveMessage } from '../../contract/signal.ts';
import type { KnownServer } from '../servers/server-list.ts';
import type { FleetStore } from '../store/fleet/fleet-store.ts';
import { AgentDesk } from './agent-desk.ts';
import { AgentHub } from './agent-hub.ts';
import type { AgentMetrics } from './agent-metrics.ts';
import { JobDesk, jobsKeptMs } from './job-desk.ts';
import { workOf } from './job-work.ts';
import { MonitorClock } from './monitors/monitor-clock.ts';
import { MonitorDesk } from './monitors/monitor-desk.ts';
import { MonitorHistories } from './monitors/monitor-history.ts';
import { MonitorKeeper } from './monitors/monitor-keeper.ts';
import { NoticeSender } from './notices/notice-sender.ts';
import type { PostWebhook } from './notices/post-webhook.ts';
import { type Pace, usualPace } from './pace.ts';
import type { JobQueue } from './queue/job-queue.ts';
import { Rounds } from './rounds.ts';

export interface AgentsOptions {
  readonly config: Pick<ServeConfig, 'reach' | 'agents'>;
  readonly store: FleetStore;
  /** Closed with the agents. */
  readonly queue: JobQueue;
  readonly pace?: Pace;
  readonly servers: (reachedBy: string) => Promise<readonly KnownServer[]>;
  readonly refuses: (address: string) => boolean;
  readonly post: PostWebhook;
  /** Stores a report; gives the run’s id. */
  readonly save: (report: Envelope) => Promise<string>;
  readonly tell: (message: LiveMessage) => void;
  readonly metrics: AgentMetrics;
  readonly now: () => Date;
  readonly log: FastifyBaseLogger;
}

export interface Agents {
  readonly desk: AgentDesk;
  readonly hub: AgentHub;
  readonly jobs: JobDesk;
  readonly monitors: MonitorDesk;
  readonly histories: MonitorHistories;
  /** Does all at once that is due; the clock calls it by itself. */
  readonly round: () => Promise<void>;
  close(): Promise<void>;
}

const keepMs = 3_600_000;

export function openAgents(options: AgentsOptions): Agents {
  const {
    config,
    store,
    queue,
    servers,
    refuses,
    post,
    save,
    tell,
    metrics,
    now,
    log,
    pace = usualPace,
  } = options;
  const agentsChanged = () => tell({ type: 'agents-changed' });
  const monitorChanged = (monitor: string) => tell({ type: 'monitor-changed', monitor });

  // By name: a store that passes its questions on cannot be spread.
  const { agents, monitors, results, notices } = store;
  const desk = new AgentDesk({ store: agents, now, onChange: agentsChanged });
  const sender = new NoticeSender({
    monitors,
    notices,
    post,
    now,
    onSent: (how) => metrics.noticeSent(how),
    log,
  });
  const keeper = new MonitorKeeper({
    ...{ monitors, results, notices },
    ...{ servers, now, save },
    onChange: monitorChanged,
    onResult: (outcome) => metrics.monitored(outcome),
    onNotice: () => rounds.soon(),
  });
  const jobs: JobDesk = new JobDesk({
    store: store.jobs,
    ...{ queue, now, save },
    onMonitored: (outcome) => keeper.take(outcome),
    onOver: (which) => hub.over(which),
    onCancel: (which, agent, reason) => hub.cancel(which, agent, reason),
    onChange: (job) => tell({ type: 'job', job }),
    onEnd: (job, state) => metrics.jobEnded(job.request.kind, state),
  });
  const hub: AgentHub = new AgentHub({
    store: agents,
    ...{ desk, queue, now, refuses, pace, log },
    deny: config.reach.deny,
    assign: async (job, { reachedBy }) => {
      const monitor = job.monitor === null ? null : await store.monitors.find(job.monitor);
      const nowSec = now().getTime() / 1_000;
      return workOf(job, { servers: await servers(reachedBy), monitor: monitor?.spec ?? null, nowSec });
    },
    onJob: (id) =>
      void jobs.tell(id).catch((error: unknown) => log.warn({ err: error }, 'a job could not be shown')),
    onProgress: (which, _agent, step) => jobs.progress(which, step),
    onChange: agentsChanged,
  });
  const clock = new MonitorClock({
    monitors: store.monitors,
    now,
    ask: (id, request, monitor, waitsMs) => jobs.ask(id, request, monitor, waitsMs),
  });
  const keep = async (): Promise<void> => {
    const before = (ms: number) => new Date(now().getTime() - ms).toISOString();
    const history = before(config.agents.historyDays * 86_400_000);
    await store.results.expire(before(jobsKeptMs), history);
    await store.monitors.expireEvents(history);
    await store.jobs.expire(before(jobsKeptMs));
  };
  const rounds = new Rounds({
    everyMs: pace.roundMs,
    work: async () => {
      await jobs.sweep();
      await clock.tick();
      await keeper.expire();
      await sender.send();
      await metrics.look(store, now());
    },
    rare: { everyMs: keepMs, work: keep },
    onFault: (error) => log.error({ err: error }, 'agents and monitors could not be looked after'),
  });
  return {
    desk,
    hub,
    jobs,
    monitors: new MonitorDesk({ agents, monitors, results, servers, now, onChange: monitorChanged }),
    histories: new MonitorHistories(store.monitors, store.results),
    round: () => rounds.now(),
    close: async () => {
      await rounds.close();
      await sender.close();
      await hub.close();
      await queue.close();
    },
  };
}
