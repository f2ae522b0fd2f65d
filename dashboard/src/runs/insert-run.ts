import type { RunList, RunSummary } from '../../../contract/runs.ts';
import { type RunFilter, runsPerPage } from './run-filter.ts';

/**
 * Puts a fresh run into a cached page. Null when only the service can tell whether and where it belongs
 * (free text, time limits, what lies behind a bar, another order, a later page): ask again then.
 */
export function insertRun(list: RunList, filter: RunFilter, run: RunSummary): RunList | null {
  const { q, since, until, nat, server, outcome, cause, finding } = filter;
  if ([q, since, until, nat, server, outcome, cause, finding].some((value) => value !== undefined))
    return null;
  if (filter.sort !== 'at' || filter.order !== 'desc' || filter.page !== 1) return null;
  if (list.runs.some((known) => known.id === run.id)) return list;
  if (filter.kind !== undefined && filter.kind !== run.kind) return list;
  if (filter.status !== undefined && filter.status !== run.headline.status) return list;
  if (filter.path !== undefined && !run.attempts.some((attempt) => attempt.path === filter.path)) return list;
  if (filter.link !== undefined && filter.link !== run.link) return list;
  if (filter.visitor !== undefined && filter.visitor !== run.visitor) return list;
  const newest = list.runs[0];
  if (newest !== undefined && Date.parse(newest.at) > Date.parse(run.at)) return null;
  return { total: list.total + 1, runs: [run, ...list.runs].slice(0, runsPerPage) };
}
