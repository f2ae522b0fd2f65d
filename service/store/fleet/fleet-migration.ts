/** The tables of agents, jobs and monitors as their release made them. Never edit: append a migration. */
import type { Kysely } from 'kysely';
import type { Engine } from '../engine.ts';
import { type IndexPlan, makeTables, type TablePlan } from '../make-tables.ts';
import type { Tables } from '../tables.ts';
import type { FleetTables } from './fleet-tables.ts';

const tables: Readonly<Record<keyof FleetTables, TablePlan>> = {
  agents: {
    key: ['id'],
    columns: {
      id: 'text!',
      key_hash: 'text!',
      next_key_hash: 'text',
      key_since: 'text!',
      name: 'text!',
      region: 'text!',
      labels: 'text!',
      enrolled_at: 'text!',
      revoked_at: 'text',
      last_seen_at: 'text',
      online_until: 'text',
      facts: 'text',
      clock_offset_ms: 'real',
      clock_uncertainty_ms: 'real',
      slots: 'integer!',
      running: 'integer!',
      draining: 'integer!',
    },
  },
  agent_tokens: {
    key: ['id'],
    columns: {
      id: 'text!',
      token_hash: 'text!',
      label: 'text!',
      region: 'text',
      created_at: 'text!',
      expires_at: 'text!',
      agent_id: 'text',
    },
  },
  jobs: {
    key: ['id'],
    columns: {
      id: 'text!',
      kind: 'text!',
      at_agent: 'text',
      at_region: 'text',
      request: 'text!',
      monitor_id: 'text',
      state: 'text!',
      created_at: 'text!',
      expires_at: 'text!',
      ended_at: 'text',
      try: 'integer!',
      max_tries: 'integer!',
      agent_id: 'text',
      lease_until: 'text',
      receipt: 'text',
      runs: 'text!',
      failure: 'text',
      reason: 'text',
    },
  },
  monitors: {
    key: ['id'],
    columns: { id: 'text!', spec: 'text!', webhook_secret: 'text', created_at: 'text!' },
  },
  monitor_cells: {
    key: ['monitor_id', 'cell'],
    columns: {
      monitor_id: 'text!',
      cell: 'text!',
      region: 'text!',
      peer: 'text',
      path: 'text',
      transport: 'text!',
      url: 'text',
      state: 'text!',
      reason: 'text!',
      since: 'text',
      recent: 'text!',
      last_at: 'text',
      kept_at: 'text',
      run_id: 'text',
      certificate_ends_at: 'text',
      last_failure: 'text',
    },
  },
  monitor_results: {
    key: ['job_id', 'cell'],
    columns: {
      job_id: 'text!',
      monitor_id: 'text!',
      cell: 'text!',
      at: 'text!',
      succeeded: 'integer!',
      latency_ms: 'real',
      cause: 'text',
      agent_id: 'text!',
      run_id: 'text',
    },
  },
  monitor_hours: {
    key: ['monitor_id', 'hour', 'cell', 'slot'],
    columns: { monitor_id: 'text!', cell: 'text!', hour: 'text!', slot: 'integer!', times: 'integer!' },
  },
  monitor_events: {
    key: ['id'],
    columns: {
      id: 'text!',
      monitor_id: 'text!',
      cell: 'text!',
      at: 'text!',
      from_state: 'text!',
      to_state: 'text!',
      reason: 'text!',
      failure: 'text',
      run_id: 'text',
    },
  },
  notices: {
    key: ['id'],
    columns: {
      id: 'text!',
      monitor_id: 'text!',
      body: 'text!',
      created_at: 'text!',
      tries: 'integer!',
      due_at: 'text!',
    },
  },
};

/** Their names. */
export const fleetTables = Object.keys(tables);

const indexes: readonly IndexPlan<keyof FleetTables>[] = [
  ['agents', ['key_hash'], true],
  ['agent_tokens', ['token_hash'], true],
  ['jobs', ['state', 'at_region', 'at_agent', 'created_at']],
  ['jobs', ['created_at']],
  ['monitor_results', ['monitor_id', 'at']],
  ['monitor_results', ['at']],
  ['monitor_hours', ['hour']],
  ['monitor_events', ['monitor_id', 'at']],
  ['notices', ['due_at']],
];

export async function agentsAndMonitors(db: Kysely<Tables>, engine: Engine): Promise<void> {
  await makeTables(db, engine, tables, indexes);
}
