/** From points in time to what a chart draws of them. Pure. */

export interface TimePoint {
  /** ISO time. */
  readonly at: string;
}

/** A gap in the data is a gap in the line: NaN between points that are further apart than a step. */
export function linePoints<K extends string>(
  points: readonly (TimePoint & { readonly [name in K]: number | null })[],
  stepMs: number,
  value: K,
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

/** Points without a neighbour: no band can be drawn there, so their interval needs a whisker. */
export function lonePoints<P extends TimePoint>(points: readonly P[], stepMs: number): P[] {
  const times = points.map(({ at }) => Date.parse(at));
  const near = (a: number | undefined, b: number | undefined) =>
    a !== undefined && b !== undefined && Math.abs(a - b) <= stepMs * 1.5;
  return points.filter((_, index) => {
    const own = times[index];
    return !near(own, times[index - 1]) && !near(own, times[index + 1]);
  });
}

/** A band is so many lines of the chart: the line itself, and its two ends without a name. */
export const linesPerBand = 3;
