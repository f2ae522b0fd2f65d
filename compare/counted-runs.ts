/** Which runs of a comparison count: of each path and repeat the last try, unless the tool spoiled that one too. */
import type { ComparePath } from '../contract/compare-path.ts';
import type { CompareReportBody, CompareRun } from '../contract/comparison.ts';

export interface PathRuns {
  readonly path: ComparePath;
  readonly runs: readonly CompareRun[];
  /** Tries that say nothing about the path; shown, not counted. */
  readonly faults: readonly CompareRun[];
}

/** In the order of the plan. */
export function runsByPath({ plan, runs }: Pick<CompareReportBody, 'plan' | 'runs'>): PathRuns[] {
  return plan.paths.map((path) => {
    const ofPath = runs.filter((run) => run.path === path);
    return {
      path,
      runs: ofPath.filter((run) => run.outcome !== 'harness-fault'),
      faults: ofPath.filter((run) => run.outcome === 'harness-fault'),
    };
  });
}
