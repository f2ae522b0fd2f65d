/** Lines over time, each with the space around it filled: a rate with its interval, a median with its tail. */
import type { ChartOptions } from 'chart.js';
import { formatShortMoment } from '../format/moment.ts';
import { lineLook, overNumbers } from './axes.ts';
import type { ChartKind, ChartSpec } from './canvas.tsx';
import { type Ink, withAlpha } from './ink.ts';
import { timeAxis } from './time-axis.ts';
import { linePoints, linesPerBand, lonePoints, type TimePoint } from './time-line.ts';
import { whiskerPlugin } from './whiskers.ts';

export interface BandSeries<Point extends TimePoint> {
  readonly name: string;
  readonly color: string;
  /** Pixels. */
  readonly dash: readonly number[];
  readonly pointStyle?: 'circle' | 'rectRot';
  readonly points: readonly Point[];
}

/** What is drawn of each point, and what is said of it under the pointer. */
export interface BandLook<Value extends string, Point extends TimePoint> {
  readonly line: Value;
  readonly low: Value;
  readonly high: Value;
  readonly read: (name: string, point: Point) => string;
  /** Points further apart have something missing between them: there the line has a gap. */
  readonly stepMs: number;
  /** Ends of the time axis. */
  readonly span: readonly [number, number];
  readonly y: NonNullable<ChartOptions<ChartKind>['scales']>[string];
}

/** More points than this lie close together. */
const dense = 60;

export function bandChart<
  Value extends string,
  Point extends TimePoint & { readonly [name in Value]: number | null },
>(series: readonly BandSeries<Point>[], look: BandLook<Value, Point>, ink: Ink): ChartSpec {
  const { line, low, high, read, stepMs, span, y } = look;
  const whiskers = series.flatMap(({ color, points }) =>
    lonePoints(points, stepMs).flatMap((point) => {
      const [from, to]: readonly (number | null)[] = [point[low], point[high]];
      if (from === null || to === null || from === undefined || to === undefined) return [];
      return [{ x: Date.parse(point.at), low: from, high: to, color }];
    }),
  );
  return {
    kind: 'line',
    plugins: [whiskerPlugin(whiskers)],
    data: {
      datasets: series.flatMap(({ name, color, dash, points, pointStyle = 'circle' }) => {
        const edge = {
          label: '',
          borderWidth: 1,
          borderColor: withAlpha(color, 0.45),
          pointRadius: 0,
          pointHitRadius: 0,
        };
        return [
          {
            label: name,
            data: linePoints<Value>(points, stepMs, line),
            ...lineLook(color, dash, ink),
            pointRadius: points.length > dense ? 2 : 4,
            pointBorderWidth: points.length > dense ? 1 : 2,
            pointStyle,
          },
          { ...edge, data: linePoints<Value>(points, stepMs, low) },
          {
            ...edge,
            data: linePoints<Value>(points, stepMs, high),
            backgroundColor: withAlpha(color, 0.13),
            fill: '-1',
          },
        ];
      }),
    },
    options: {
      ...overNumbers,
      scales: { x: timeAxis(ink, span), y },
      plugins: {
        tooltip: {
          filter: ({ dataset }) => dataset.label !== '',
          callbacks: {
            title: ([item]) => formatShortMoment(item?.parsed.x ?? 0),
            label: ({ datasetIndex, parsed }) => {
              const one = series[Math.floor(datasetIndex / linesPerBand)];
              const point = one?.points.find(({ at }) => Date.parse(at) === parsed.x);
              return one === undefined || point === undefined ? '' : read(one.name, point);
            },
          },
        },
      },
    },
  };
}
