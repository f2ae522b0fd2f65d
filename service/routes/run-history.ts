import { type History, longestHistory } from '../../contract/history.ts';
import { type RunSummary, runQuerySchema } from '../../contract/runs.ts';
import { diffVisitReports } from '../../probe/report/diff.ts';
import { fault } from '../fault.ts';
import type { Reads } from '../store/projects-read.ts';
import type { Store } from '../store/store.ts';

/** Earlier visits of the same visitor, and what changed since one of them. Throws `not-found`. */
export async function runHistory(
  store: Store,
  id: string,
  beforeId: string | undefined,
  reads: Reads,
): Promise<History> {
  const after = await store.getRun(id, reads);
  if (after === null) throw fault('not-found', `run ${id}`);
  const { by, earlier } = await earlierOf(store, after.summary, reads);
  const chosen = beforeId ?? earlier[0]?.id ?? null;
  if (chosen === null) return { by, earlier, before: null, differences: [] };
  const before = await store.getRun(chosen, reads);
  if (before === null) throw fault('not-found', `run ${chosen}`, 'with');
  if (before.report.kind !== 'visit-report' || after.report.kind !== 'visit-report') {
    throw fault('request-invalid', 'with: only browser checks are compared', 'with');
  }
  const differences = diffVisitReports(before.report.body, after.report.body);
  return { by, earlier, before: chosen, differences };
}

async function earlierOf(
  store: Store,
  { visitor, link, at }: RunSummary,
  reads: Reads,
): Promise<Pick<History, 'by' | 'earlier'>> {
  const by = visitor !== null ? 'visitor' : link !== null ? 'link' : null;
  if (by === null) return { by, earlier: [] };
  const query = runQuerySchema.parse({ kind: 'visit-report', until: at, limit: longestHistory });
  const same = by === 'visitor' ? { visitor: visitor ?? '' } : { link: link ?? '' };
  return { by, earlier: (await store.listRuns({ ...query, ...same }, reads)).runs };
}
