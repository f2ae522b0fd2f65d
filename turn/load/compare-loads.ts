/** Two loads of the same kind: has the server become better or worse, or is the difference one of chance? */
import type { LoadComparison, LoadReportBody } from '../../contract/load-report.ts';
import { isLimit, ladderOf } from './ladder.ts';
import { rankSumP } from './rank-sum.ts';

/** Differences that would come about by chance this often are none. */
const significance = 0.05;

export type Compared =
  | { readonly ok: true; readonly comparison: LoadComparison }
  | { readonly ok: false; readonly problem: string };

export function compareLoads(before: LoadReportBody, after: LoadReportBody): Compared {
  const differing = differingKey(before, after);
  if (differing !== null)
    return { ok: false, problem: `they were not made in the same way: ${differing} differs` };
  const [earlier, later] = [carriedOf(before), carriedOf(after)];
  if (before.verdict.carried === null || after.verdict.carried === null) {
    return { ok: false, problem: 'one of them has no verdict about the server' };
  }
  const p = rankSumP(earlier, later);
  return {
    ok: true,
    comparison: {
      before: before.verdict.carried,
      after: after.verdict.carried,
      pValue: p,
      change: p > significance ? 'none' : mean(later) < mean(earlier) ? 'less' : 'more',
      // The clearest difference that so many runs could show.
      isDecidable:
        rankSumP(
          earlier.map(() => 0),
          later.map(() => 1),
        ) <= significance,
    },
  };
}

function differingKey(before: LoadReportBody, after: LoadReportBody): string | null {
  const settings = ({ axis, profile, target }: LoadReportBody): Record<string, unknown> => {
    const { traffic, step, stop, refreshSec, warm, population, permissionRange } = profile;
    const ladder = ladderOf(profile);
    const { transport } = target;
    return { axis, transport, traffic, ladder, step, stop, refreshSec, warm, population, permissionRange };
  };
  const [a, b] = [settings(before), settings(after)];
  return Object.keys(a).find((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key])) ?? null;
}

/** Of the runs that say something about the server. */
function carriedOf({ runs }: LoadReportBody): number[] {
  return runs.flatMap(({ end, carried }) => (isLimit(end) || end === 'end' ? [carried ?? 0] : []));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
