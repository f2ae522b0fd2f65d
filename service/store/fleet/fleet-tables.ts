/** Tables of agents, jobs and monitors, in the manner of tables.ts. */
import type { Transport } from '../../../contract/basics.ts';
import type { JobKind } from '../../../contract/fleet/agent.ts';
import type { JobView, PairPath } from '../../../contract/fleet/job.ts';
import type { MonitorState } from '../../../contract/fleet/monitor.ts';

export interface AgentsTable {
  id: string;
  /** SHA-256 of its key, in hexadecimal. 256 random bits need no salt. */
  key_hash: string;
  /** Of the key that it is about to get; both are good until it has said that it has it. */
  next_key_hash: string | null;
  key_since: string;
  name: string;
  region: string;
  /** JSON. */
  labels: string;
  enrolled_at: string;
  revoked_at: string | null;
  last_seen_at: string | null;
  /** Connected, and to be believed until this; null: it has gone. */
  online_until: string | null;
  /** JSON of what it said of itself when it connected (`AgentFacts`). */
  facts: string | null;
  clock_offset_ms: number | null;
  clock_uncertainty_ms: number | null;
  slots: number;
  running: number;
  draining: 0 | 1;
}

export interface AgentTokensTable {
  id: string;
  /** SHA-256 of the token. */
  token_hash: string;
  label: string;
  region: string | null;
  created_at: string;
  expires_at: string;
  /** Who has used it. */
  agent_id: string | null;
}

export interface JobsTable {
  id: string;
  kind: JobKind;
  /** One of the two: this agent, or any of the region. */
  at_agent: string | null;
  at_region: string | null;
  /** JSON of the `JobRequest`, with what a monitor adds. */
  request: string;
  monitor_id: string | null;
  state: JobView['state'];
  created_at: string;
  /** Nobody begins it after this. */
  expires_at: string;
  ended_at: string | null;
  try: number;
  max_tries: number;
  agent_id: string | null;
  /** running: it belongs to the agent until this. */
  lease_until: string | null;
  /** Of the carrier that brought it: see job-queue.ts. */
  receipt: string | null;
  /** JSON array of run ids. */
  runs: string;
  /** JSON of a `Failure`. */
  failure: string | null;
  reason: string | null;
}

export interface MonitorsTable {
  id: string;
  /** JSON of the `MonitorInput`, without the secret of its webhook. */
  spec: string;
  webhook_secret: string | null;
  created_at: string;
  project: string;
}

/** What of a monitor is measured apart, and how it stands. */
export interface MonitorCellsTable {
  monitor_id: string;
  /** See cell-key.ts. */
  cell: string;
  region: string;
  peer: string | null;
  path: PairPath | null;
  transport: Transport;
  url: string | null;
  state: MonitorState;
  reason: string;
  since: string | null;
  /** The newest outcomes, oldest first, a letter each: see cell-state.ts. */
  recent: string;
  last_at: string | null;
  /** When a report of it was last kept, and which. */
  kept_at: string | null;
  run_id: string | null;
  /** When the certificate ends. */
  certificate_ends_at: string | null;
  /** JSON of the last failure: see `MonitorCell`. */
  last_failure: string | null;
}

export interface MonitorResultsTable {
  /** Of the job, so that a result counts once however often it comes. */
  job_id: string;
  monitor_id: string;
  cell: string;
  at: string;
  succeeded: 0 | 1;
  latency_ms: number | null;
  cause: string | null;
  agent_id: string;
  run_id: string | null;
}

/** Results by the hour: see latency-slots.ts. */
export interface MonitorHoursTable {
  monitor_id: string;
  cell: string;
  /** `YYYY-MM-DDTHH`. */
  hour: string;
  /** -1: failed; else the slot of its latency. */
  slot: number;
  times: number;
}

export interface MonitorEventsTable {
  id: string;
  monitor_id: string;
  cell: string;
  at: string;
  from_state: MonitorState;
  to_state: MonitorState;
  reason: string;
  /** JSON of a `Failure`. */
  failure: string | null;
  run_id: string | null;
}

/** Notices to webhooks that are not delivered yet. */
export interface NoticesTable {
  id: string;
  monitor_id: string;
  body: string;
  created_at: string;
  tries: number;
  /** Not before this; whoever takes it moves it on, so that two do not send it at the same time. */
  due_at: string;
}

export interface FleetTables {
  agents: AgentsTable;
  agent_tokens: AgentTokensTable;
  jobs: JobsTable;
  monitors: MonitorsTable;
  monitor_cells: MonitorCellsTable;
  monitor_results: MonitorResultsTable;
  monitor_hours: MonitorHoursTable;
  monitor_events: MonitorEventsTable;
  notices: NoticesTable;
}
