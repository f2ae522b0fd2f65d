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

/** Each path has three lines: its rate and the ends of its interval. */
export const linesPerPath = 3;

/** The bucket of a mark on the chart; null where a gap was drawn. */
export function bucketAt(
  series: readonly Series[],
  stepMs: number,
  index: number,
  line: number,
): { path: Series['path']; since: string; until: string } | null {
  const one = series[Math.floor(line / linesPerPath)];
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

/** Points without a neighbour: no band can be drawn there, so their interval needs a whisker. */
export function lonePoints(points: readonly Point[], stepMs: number): Point[] {
  const times = points.map(({ at }) => Date.parse(at));
  const near = (a: number | undefined, b: number | undefined) =>
    a !== undefined && b !== undefined && Math.abs(a - b) <= stepMs * 1.5;
  return points.filter((_, index) => {
    const own = times[index];
    return !near(own, times[index - 1]) && !near(own, times[index + 1]);
  });
}

const minuteMs = 60_000;
const tickSteps = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10_080, 20_160].map(
  (n) => n * minuteMs,
);

/** Whole clock times between two moments in the reader’s zone, at most `most` (at least 2) of them. */
export function wholeTimes(fromMs: number, toMs: number, most: number): number[] {
  const wanted = (toMs - fromMs) / Math.max(2, most);
  const stepMs = tickSteps.find((step) => step >= wanted) ?? 30 * 1440 * minuteMs;
  const zoneMs = new Date(toMs).getTimezoneOffset() * minuteMs;
  const times: number[] = [];
  for (let time = Math.ceil((fromMs - zoneMs) / stepMs) * stepMs + zoneMs; time <= toMs; time += stepMs) {
    times.push(time);
  }
  return times;
}
