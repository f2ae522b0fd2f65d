/** The two pictures of a monitor’s history: a line for each region, gaps where nothing was measured. */
import type { MonitorHistory } from '../../../contract/fleet/monitor.ts';
import { figures, shareAxis, valueAxis } from '../charts/axes.ts';
import { bandChart } from '../charts/band-chart.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { type Ink, inkOf } from '../charts/ink.ts';
import { lineLookOf } from '../charts/line-looks.ts';
import { words } from '../words.ts';
import { ratedPoints, seriesName } from './history-text.ts';
import type { HistorySeries } from './history-view.ts';

const text = words.monitor;

export interface HistoryPicture {
  readonly series: readonly HistorySeries[];
  /** Points further apart have something missing between them. */
  readonly stepMs: number;
  readonly ends: Pick<MonitorHistory, 'since' | 'until'>;
}

export function drawSuccessHistory(picture: HistoryPicture, ink: Ink): ChartSpec {
  const values = { line: 'rate', low: 'low', high: 'high' } as const;
  const y = shareAxis(ink, text.successAxis);
  return bandChart(linesOf(picture, ink), { ...values, read: text.successAt, y, ...timesOf(picture) }, ink);
}

export function drawLatencyHistory(picture: HistoryPicture, ink: Ink): ChartSpec {
  const values = { line: 'p50Ms', low: 'p50Ms', high: 'p95Ms' } as const;
  const y = { min: 0, ...valueAxis(ink, text.latencyAxis), ticks: figures(ink) };
  return bandChart(linesOf(picture, ink), { ...values, read: text.latencyAt, y, ...timesOf(picture) }, ink);
}

function linesOf({ series }: HistoryPicture, ink: Ink) {
  return series.map((one, index) => {
    const { color, dash } = lineLookOf(index);
    return { name: seriesName(one), color: inkOf(color, ink), dash, points: ratedPoints(one) };
  });
}

function timesOf({ stepMs, ends }: HistoryPicture) {
  return { stepMs, span: [Date.parse(ends.since), Date.parse(ends.until)] } as const;
}
