import { useCallback, useMemo } from 'react';
import type { Path, Transport } from '../../../contract/basics.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import { figures, lineLook, numberAxis, overNumbers, valueAxis } from '../charts/axes.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import { type Ink, pathDashes } from '../charts/ink.ts';
import { LineLegend } from '../charts/line-legend.tsx';
import { formatShortMoment } from '../format/moment.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { namedRuns, type Trend, trendFinding, trendsOf, trendTable } from './check-trend.ts';
import classes from './servers.module.css';

/** Colour and dash of a transport’s line: three that are told apart, and by dash as well. */
const lines: Readonly<Record<Transport, Path>> = { udp: 'mesh', tcp: 'sfu', tls: 'relay' };

export function CheckHistory({ history }: { history: readonly RunSummary[] }) {
  const trends = useMemo(() => trendsOf(history), [history]);
  const draw = useCallback((ink: Ink) => drawTrends(trends, ink), [trends]);
  return (
    <Panel title={words.serverChecks.historyTitle} hint={words.serverChecks.historyHint}>
      {trends.length === 0 ? (
        <p className={classes['meta']}>{words.serverChecks.noHistory}</p>
      ) : (
        <Chart
          finding={trendFinding(trends)}
          height={220}
          draw={draw}
          table={trendTable(history)}
          legend={
            <LineLegend
              lines={trends.map(({ uri, transport }) => ({
                key: uri,
                color: lines[transport],
                dash: pathDashes[lines[transport]],
                label: <span className="mono">{uri}</span>,
              }))}
            />
          }
        />
      )}
    </Panel>
  );
}

/** Runs stand at equal distances: what matters is one after the other, not how long nobody looked. */
function drawTrends(trends: readonly Trend[], ink: Ink): ChartSpec {
  const times = [...new Set(trends.flatMap(({ points }) => points.map(({ atMs }) => atMs)))].sort(
    (a, b) => a - b,
  );
  return {
    kind: 'line',
    data: {
      datasets: trends.map(({ uri, transport, points }) => ({
        label: uri,
        data: points.map(({ atMs, faults }) => ({ x: times.indexOf(atMs), y: faults })),
        ...lineLook(ink.path[lines[transport]], pathDashes[lines[transport]], ink),
        pointRadius: 4,
        pointBorderWidth: 2,
      })),
    },
    options: {
      ...overNumbers,
      scales: {
        x: {
          ...numberAxis(ink, { min: 0, max: Math.max(1, times.length - 1) }),
          afterBuildTicks: (axis) => {
            axis.ticks = namedRuns(times.length, Math.floor(axis.width / 110)).map((value) => ({ value }));
          },
          ticks: { ...figures(ink), callback: (value) => formatShortMoment(times[Number(value)] ?? 0) },
        },
        y: {
          min: 0,
          ...valueAxis(ink, words.serverChecks.axis),
          ticks: { ...figures(ink), precision: 0 },
        },
      },
    },
  };
}
