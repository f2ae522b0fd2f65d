/** From the service’s buckets to what the chart draws. Pure. */
import type { SuccessSeries } from '../../../contract/runs.ts';
import { linePoints, linesPerBand } from '../charts/time-line.ts';
import { rangeMs } from '../search/time-range.ts';
import type { OverviewView } from './overview-view.ts';

type Series = SuccessSeries['series'][number];

export const bucketMs: Readonly<Record<OverviewView['bucket'], number>> = {
  hour: 3_600_000,
  day: 86_400_000,
};

/** The bucket of a mark on the chart; null where a gap was drawn. */
export function bucketAt(
  series: readonly Series[],
  stepMs: number,
  index: number,
  line: number,
): { path: Series['path']; since: string; until: string } | null {
  const one = series[Math.floor(line / linesPerBand)];
  const at = one === undefined ? undefined : linePoints(one.points, stepMs, 'rate')[index];
  if (one === undefined || at === undefined || Number.isNaN(at.y)) return null;
  return {
    path: one.path,
    since: new Date(at.x).toISOString(),
    until: new Date(at.x + stepMs).toISOString(),
  };
}

/** Ends of the time axis: the range asked for, widened to hold the bucket that began before it. */
export function timeSpan(series: readonly Series[], view: OverviewView, nowMs: number): [number, number] {
  const first = Math.min(...series.flatMap(({ points }) => points.map(({ at }) => Date.parse(at))));
  return [Math.min(nowMs - rangeMs[view.range], first), nowMs];
}
