import type { RunSummary } from '../../../contract/runs.ts';
import { useRuns } from '../api/use-runs.ts';
import { runFilterSchema } from '../runs/run-filter.ts';

/** The newest stored runs of a scenario but this one; `undefined` while they are being asked for. */
export function useEarlierRuns(scenario: string, id: string): readonly RunSummary[] | undefined {
  const runs = useRuns(runFilterSchema.parse({ kind: 'lab-report', q: `${scenario}, ` }));
  return runs.data?.runs.filter((run) => run.id !== id && run.source.startsWith(`${scenario}, `));
}
