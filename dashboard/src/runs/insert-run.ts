import type { RunList, RunSummary } from '../../../contract/runs.ts';
import { type RunFilter, runsPerPage } from './run-filter.ts';

/**
 * Puts a fresh run into a cached page. Null when only the service can tell whether and where it belongs
 * (free text, time limits, another order, a later page): ask again then.
 */
export function insertRun(list: RunList, filter: RunFilter, run: RunSummary): RunList | null {
  if (filter.q !== undefined || filter.since !== undefined || filter.until !== undefined) return null;
  if (filter.sort !== 'at' || filter.order !== 'desc' || filter.page !== 1) return null;
  if (list.runs.some((known) => known.id === run.id)) return list;
  if (filter.kind !== undefined && filter.kind !== run.kind) return list;
  if (filter.status !== undefined && filter.status !== run.headline.status) return list;
  if (filter.path !== undefined && !run.attempts.some((attempt) => attempt.path === filter.path)) return list;
  const newest = list.runs[0];
  if (newest !== undefined && Date.parse(newest.at) > Date.parse(run.at)) return null;
  return { total: list.total + 1, runs: [run, ...list.runs].slice(0, runsPerPage) };
}
