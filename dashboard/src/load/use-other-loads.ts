import type { RunSummary } from '../../../contract/runs.ts';
import { useRuns } from '../api/use-runs.ts';
import { runFilterSchema } from '../runs/run-filter.ts';

const newest = runFilterSchema.parse({ kind: 'load-report' });

/** The newest stored loads but this one, those of the same server first. */
export function useOtherLoads(uri: string, id: string): readonly RunSummary[] {
  const others = useRuns(newest).data?.runs.filter((run) => run.id !== id) ?? [];
  const isSame = ({ source }: RunSummary) => source === uri;
  return [...others.filter(isSame), ...others.filter((run) => !isSame(run))];
}
