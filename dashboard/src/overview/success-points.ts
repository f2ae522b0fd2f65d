/** From the service’s buckets to what the chart draws. Pure. */
import type { SuccessSeries } from '../../../contract/runs.ts';
import { rangeMs } from '../search/time-range.ts';
import type { OverviewView } from './overview-view.ts';

type Series = SuccessSeries['series'][number];
type Point = Series['points'][number];

export const bucketMs: Readonly<Record<OverviewView['bucket'], number>> = {
  hour: 3_600_000,
  day: 86_400_000,
};

/** A gap in the data is a gap in the line: NaN between buckets that are not neighbours. */
export function linePoints(
  points: readonly Point[],
  stepMs: number,
  value: 'rate' | 'low' | 'high',
): { x: number; y: number }[] {
  const line: { x: number; y: number }[] = [];
  for (const point of points) {
    const x = Date.parse(point.at);
    const before = line.at(-1);
    if (before !== undefined && x - before.x > stepMs * 1.5)
      line.push({ x: before.x + stepMs, y: Number.NaN });
    line.push({ x, y: point[value] ?? Number.NaN });
  }
  return line;
}

/** Ends of the time axis: the range asked for, widened to hold the bucket that began before it. */
export function timeSpan(series: readonly Series[], view: OverviewView, nowMs: number): [number, number] {
  const first = Math.min(...series.flatMap(({ points }) => points.map(({ at }) => Date.parse(at))));
  return [Math.min(nowMs - rangeMs[view.range], first), nowMs];
}
