/** What agents, jobs and monitors need of a database. */
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { agentQueries } from './agent-queries.ts';
import { jobQueries } from './job-queries.ts';
import { monitorQueries } from './monitor-queries.ts';
import { noticeQueries } from './notice-queries.ts';
import { resultQueries } from './result-queries.ts';

export function fleetOver(db: Kysely<Tables>) {
  return {
    agents: agentQueries(db),
    jobs: jobQueries(db),
    monitors: monitorQueries(db),
    results: resultQueries(db),
    notices: noticeQueries(db),
  };
}
export type FleetStore = ReturnType<typeof fleetOver>;
export type AgentStore = FleetStore['agents'];
export type JobStore = FleetStore['jobs'];
export type MonitorStore = FleetStore['monitors'];
export type ResultStore = FleetStore['results'];
export type NoticeStore = FleetStore['notices'];
