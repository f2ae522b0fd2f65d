import { useCallback } from 'react';
import type { Path } from '../../../contract/basics.ts';
import type { SuccessSeries } from '../../../contract/runs.ts';
import { figures, lineLook, numberAxis, overNumbers, shareAxis } from '../charts/axes.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import { type Ink, pathDashes, withAlpha } from '../charts/ink.ts';
import { PathLegend } from '../charts/path-legend.tsx';
import { whiskerPlugin } from '../charts/whiskers.ts';
import { formatClock, formatDay, formatShortMoment } from '../format/moment.ts';
import { words } from '../words.ts';
import type { OverviewView } from './overview-view.ts';
import {
  bucketAt,
  bucketMs,
  linePoints,
  linesPerPath,
  lonePoints,
  timeSpan,
  wholeTimes,
} from './success-points.ts';
import { successFinding, successTable } from './success-text.ts';

type Series = SuccessSeries['series'][number];

interface SuccessChartProps {
  readonly series: readonly Series[];
  readonly view: OverviewView;
  /** A press on a point: its path and the ends of its bucket. */
  readonly onPick?: (bucket: { path: Path; since: string; until: string }) => void;
}

export function SuccessChart({ series, view, onPick }: SuccessChartProps) {
  const draw = useCallback((ink: Ink) => drawSuccess(series, view, ink), [series, view]);
  const pick = (index: number, dataset: number) => {
    const bucket = bucketAt(series, bucketMs[view.bucket], index, dataset);
    if (bucket !== null) onPick?.(bucket);
  };
  return (
    <Chart
      finding={successFinding(series)}
      height={260}
      draw={draw}
      {...(onPick !== undefined && { onPick: pick })}
      table={successTable(series)}
      legend={<PathLegend paths={series.map(({ path }) => path)} />}
    />
  );
}

function drawSuccess(series: readonly Series[], view: OverviewView, ink: Ink): ChartSpec {
  const step = bucketMs[view.bucket];
  const whiskers = series.flatMap(({ path, points }) =>
    lonePoints(points, step).flatMap(({ at, low, high }) =>
      low === null || high === null ? [] : [{ x: Date.parse(at), low, high, color: ink.path[path] }],
    ),
  );
  const [min, max] = timeSpan(series, view, Date.now());
  return {
    kind: 'line',
    plugins: [whiskerPlugin(whiskers)],
    data: {
      datasets: series.flatMap(({ path, points }) => {
        const color = ink.path[path];
        const edge = {
          label: '',
          borderWidth: 1,
          borderColor: withAlpha(color, 0.45),
          pointRadius: 0,
          pointHitRadius: 0,
        };
        return [
          {
            label: words.paths[path],
            data: linePoints(points, step, 'rate'),
            ...lineLook(color, pathDashes[path], ink),
            pointRadius: 4,
            pointBorderWidth: 2,
            pointStyle: path === 'relay' ? ('rectRot' as const) : ('circle' as const),
          },
          { ...edge, data: linePoints(points, step, 'low') },
          {
            ...edge,
            data: linePoints(points, step, 'high'),
            backgroundColor: withAlpha(color, 0.13),
            fill: '-1',
          },
        ];
      }),
    },
    options: {
      ...overNumbers,
      scales: {
        x: {
          ...numberAxis(ink, { min, max }),
          afterBuildTicks: (axis) => {
            axis.ticks = wholeTimes(min, max, Math.floor(axis.width / 90)).map((value) => ({ value }));
          },
          ticks: {
            ...figures(ink),
            callback: (value) =>
              (view.range === '1h' || view.range === '24h' ? formatClock : formatDay)(Number(value)),
          },
        },
        y: shareAxis(ink, words.overview.rateAxis),
      },
      plugins: {
        tooltip: {
          filter: ({ dataset }) => dataset.label !== '',
          callbacks: {
            title: ([item]) => formatShortMoment(item?.parsed.x ?? 0),
            label: ({ datasetIndex, parsed }) => {
              const one = series[Math.floor(datasetIndex / linesPerPath)];
              const point = one?.points.find(({ at }) => Date.parse(at) === parsed.x);
              return one === undefined || point === undefined
                ? ''
                : words.overview.rateOf(words.paths[one.path], point);
            },
          },
        },
      },
    },
  };
}
