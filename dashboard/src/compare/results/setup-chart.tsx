import { useCallback, useMemo } from 'react';
import type { PathSummary } from '../../../../compare/summary.ts';
import { figures, lineLook, numberAxis, overNumbers, readout, shareAxis } from '../../charts/axes.ts';
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
          ...lineLook(colorOf(path, ink), dashOf(path), ink),
          pointRadius: 0,
          pointHitRadius: 6,
        };
      }),
    },
    options: {
      ...overNumbers,
      scales: {
        x: {
          ...numberAxis(ink, { min: 0, max: slowest * 1.05 }, text.time),
          ticks: {
            ...figures(ink),
            maxTicksLimit: 6,
            includeBounds: false,
            callback: (value) => formatMs(Number(value)),
          },
        },
        y: shareAxis(ink, text.axis),
      },
      plugins: readout(({ parsed }) => formatMs(parsed.x), words.units.percent),
    },
  };
}
