import { useCallback, useMemo } from 'react';
import type { PathSummary } from '../../../../compare/summary.ts';
import type { ChartSpec } from '../../charts/canvas.tsx';
import { Chart } from '../../charts/chart.tsx';
import type { Ink } from '../../charts/ink.ts';
import { formatMs } from '../../format/measure.ts';
import { Panel } from '../../panels/panel.tsx';
import { words } from '../../words.ts';
import { quantile } from '../figures.ts';
import { colorOf, dashOf } from '../path-ink.ts';
import { ComparedPaths } from '../path-legend.tsx';
import { stair } from './stair.ts';

const text = words.compare.setup;

/** The cumulative distribution of set-up times: steeper and further left is better; what never connects is missing on top. */
export function SetupChart({ summaries }: { summaries: readonly PathSummary[] }) {
  const connected = useMemo(() => summaries.filter(({ setupMs }) => setupMs.length > 0), [summaries]);
  const draw = useCallback((ink: Ink) => drawSetup(connected, ink), [connected]);
  if (connected.length === 0) return null;
  return (
    <Panel title={text.title} hint={text.hint}>
      <Chart
        finding={connected
          .map(({ path, setupMs }) =>
            text.finding(
              words.comparePaths[path],
              formatMs(quantile(setupMs, 0.5)),
              formatMs(quantile(setupMs, 0.95)),
            ),
          )
          .join(' ')}
        height={260}
        draw={draw}
        legend={<ComparedPaths paths={connected.map(({ path }) => path)} />}
        table={{
          caption: text.title,
          columns: text.columns,
          rows: summaries.map(({ path, setupMs, links }) => [
            words.comparePaths[path],
            words.compare.runs.linksOf(links.succeeded, links.attempts),
            ...[0.5, 0.9, 0.95, 1].map((share) => formatMs(quantile(setupMs, share))),
          ]),
        }}
      />
    </Panel>
  );
}

function drawSetup(summaries: readonly PathSummary[], ink: Ink): ChartSpec {
  const slowest = Math.max(...summaries.flatMap(({ setupMs }) => setupMs));
  return {
    kind: 'line',
    data: {
      datasets: summaries.map(({ path, setupMs, links }) => {
        const points = stair(setupMs, links.attempts);
        return {
          label: words.comparePaths[path],
          data: [...points, { x: slowest * 1.05, y: points.at(-1)?.y ?? 0 }],
          stepped: 'before' as const,
          borderColor: colorOf(path, ink),
          borderDash: [...dashOf(path)],
          borderWidth: 2.5,
          pointRadius: 0,
          pointHitRadius: 6,
          clip: 8,
        };
      }),
    },
    options: {
      parsing: false,
      normalized: true,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'linear',
          min: 0,
          max: slowest * 1.05,
          title: { display: true, text: text.time, color: ink.soft },
          grid: { color: ink.grid },
          border: { display: false },
          ticks: {
            color: ink.soft,
            maxRotation: 0,
            maxTicksLimit: 6,
            callback: (value) => formatMs(Number(value)),
          },
        },
        y: {
          min: 0,
          max: 1,
          title: { display: true, text: text.axis, color: ink.soft },
          grid: { color: ink.grid },
          border: { display: false },
          ticks: { color: ink.soft, stepSize: 0.25, callback: (value) => words.units.percent(Number(value)) },
        },
      },
      plugins: {
        tooltip: {
          callbacks: {
            title: ([item]) => formatMs(item?.parsed.x ?? 0),
            label: ({ dataset, parsed }) => `${dataset.label}: ${words.units.percent(parsed.y ?? 0)}`,
          },
        },
      },
    },
  };
}
