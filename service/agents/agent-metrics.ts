/** Agents, jobs and monitors for Prometheus. See metrics.ts for what a label may be. */
import { Counter, Gauge, type Registry } from 'prom-client';
import { agentStates, type JobKind } from '../../contract/fleet/agent.ts';
import type { JobView } from '../../contract/fleet/job.ts';
import { type MonitorState, monitorStates } from '../../contract/fleet/monitor.ts';
import type { FleetStore } from '../store/fleet/fleet-store.ts';
import { agentStateOf } from './agent-desk.ts';
import type { Outcome } from './judge/cell-state.ts';

/** The states are looked up this often. */
const lookEveryMs = 10_000;
/** Monitors with a series for each cell; the others are in the sums. */
const mostCells = 2_000;

const values: Readonly<Record<MonitorState, number>> = { up: 1, degraded: 0.5, down: 0, unknown: Number.NaN };

export class AgentMetrics {
  readonly #jobs: Counter<'kind' | 'outcome'>;
  readonly #results: Counter<'outcome'>;
  readonly #notices: Counter<'outcome'>;
  readonly #agents: Gauge<'state'>;
  readonly #cells: Gauge<'state'>;
  readonly #up: Gauge<'monitor' | 'region' | 'transport'>;
  #lookedMs = 0;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#jobs = new Counter({
      name: 'polynya_jobs_total',
      help: 'Jobs of agents that have ended.',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#results = new Counter({
      name: 'polynya_monitor_results_total',
      help: 'Results of monitors: good, slow (a success that falls short of what is expected) or bad.',
      labelNames: ['outcome'],
      registers,
    });
    this.#notices = new Counter({
      name: 'polynya_notices_total',
      help: 'Notices sent to webhooks.',
      labelNames: ['outcome'],
      registers,
    });
    this.#agents = new Gauge({
      name: 'polynya_agents',
      help: 'Agents that are enrolled.',
      labelNames: ['state'],
      registers,
    });
    this.#cells = new Gauge({
      name: 'polynya_monitor_cells',
      help: 'What monitors measure apart (region, transport, other region), paused ones not counted.',
      labelNames: ['state'],
      registers,
    });
    this.#up = new Gauge({
      name: 'polynya_monitor_up',
      help: 'Does it work from there? 1: yes, 0.5: not as expected, 0: no, NaN: not known. Of several the worst.',
      labelNames: ['monitor', 'region', 'transport'],
      registers,
    });
  }

  jobEnded(kind: JobKind, outcome: JobView['state']): void {
    this.#jobs.inc({ kind, outcome });
  }

  monitored(outcome: Outcome): void {
    this.#results.inc({ outcome });
  }

  noticeSent(outcome: 'delivered' | 'failed' | 'given-up'): void {
    this.#notices.inc({ outcome });
  }

  /** Looks up what is stored, at most every ten seconds. */
  async look({ agents, monitors }: Pick<FleetStore, 'agents' | 'monitors'>, now: Date): Promise<void> {
    const nowMs = now.getTime();
    if (nowMs - this.#lookedMs < lookEveryMs) return;
    this.#lookedMs = nowMs;
    const states = (await agents.list()).map((agent) => agentStateOf(agent, nowMs));
    for (const state of agentStates) this.#agents.set({ state }, countOf(states, state));
    const running = new Set((await monitors.list()).filter(({ spec }) => !spec.paused).map(({ id }) => id));
    const cells = (await monitors.cells()).filter(({ monitor }) => running.has(monitor));
    const cellStates = cells.map(({ state }) => state);
    for (const state of monitorStates) this.#cells.set({ state }, countOf(cellStates, state));
    this.#up.reset();
    const worst = new Map<string, number>();
    for (const { monitor, region, transport, state } of cells.slice(0, mostCells)) {
      const key = `${monitor} ${region} ${transport}`;
      const value = Math.min(worst.get(key) ?? Number.POSITIVE_INFINITY, values[state]);
      worst.set(key, value);
      this.#up.set({ monitor, region, transport }, value);
    }
  }
}

function countOf<T>(all: readonly T[], wanted: T): number {
  return all.filter((each) => each === wanted).length;
}
