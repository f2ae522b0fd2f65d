import type { AuditFilter } from '../access/audit-filter.ts';
import type { RunFilter } from '../runs/run-filter.ts';
import type { StatisticsFilter } from '../statistics/statistics-filter.ts';

/** Where each answer lies in the query cache. */
export const queryKeys = {
  info: ['info'] as const,
  me: ['me'] as const,
  /** Keys, sign-ins and the audit log. */
  access: ['access'] as const,
  keys: ['access', 'keys'] as const,
  sessions: ['access', 'sessions'] as const,
  audit: (filter: AuditFilter) => ['access', 'audit', filter] as const,
  servers: ['servers'] as const,
  links: ['links'] as const,
  rooms: ['rooms'] as const,
  /** All lists of runs, and what follows from them. */
  runs: ['runs'] as const,
  runLists: ['runs', 'list'] as const,
  runList: (filter: RunFilter) => ['runs', 'list', filter] as const,
  run: (id: string) => ['run', id] as const,
  history: (id: string, before: string | undefined) => ['runs', 'history', id, before] as const,
  /** All success series. */
  success: ['success'] as const,
  successSeries: (view: object) => ['success', 'series', view] as const,
  breakdown: (filter: StatisticsFilter) => ['success', 'breakdown', filter] as const,
  /** Checks of all servers. */
  checks: ['checks'] as const,
  serverChecks: (server: string) => ['checks', server] as const,
  turnCheck: (id: string) => ['turn-check', id] as const,
  agents: ['agents'] as const,
  /** All monitors, and what follows from their results. */
  monitors: ['monitors'] as const,
  monitorList: ['monitors', 'list'] as const,
  monitor: (id: string) => ['monitors', 'one', id] as const,
  monitorHistory: (id: string, range: string) => ['monitors', 'history', id, range] as const,
  regionMatrix: ['monitors', 'matrix'] as const,
  probe: (id: string) => ['probe', id] as const,
};
