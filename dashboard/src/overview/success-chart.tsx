import { useCallback } from 'react';
import type { Path } from '../../../contract/basics.ts';
import type { SuccessSeries } from '../../../contract/runs.ts';
import { shareAxis } from '../charts/axes.ts';
import { bandChart } from '../charts/band-chart.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import { type Ink, pathDashes } from '../charts/ink.ts';
import { PathLegend } from '../charts/path-legend.tsx';
import { words } from '../words.ts';
import type { OverviewView } from './overview-view.ts';
import { bucketAt, bucketMs, timeSpan } from './success-points.ts';
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
  return bandChart(
    series.map(({ path, points }) => ({
      name: words.paths[path],
      color: ink.path[path],
      dash: pathDashes[path],
      pointStyle: path === 'relay' ? 'rectRot' : 'circle',
      points,
    })),
    {
      line: 'rate',
      low: 'low',
      high: 'high',
      read: words.overview.rateOf,
      stepMs: bucketMs[view.bucket],
      span: timeSpan(series, view, Date.now()),
      y: shareAxis(ink, words.overview.rateAxis),
    },
    ink,
  );
}
