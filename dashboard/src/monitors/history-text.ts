/** The charts of a monitor in words and as tables. Pure. */
import type { MonitorPoint } from '../../../contract/fleet/monitor.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import type { ChartTable } from '../charts/chart-table.ts';
import { formatCount, formatInterval, formatMs, formatShare } from '../format/measure.ts';
import { formatShortMoment } from '../format/moment.ts';
import { words } from '../words.ts';
import type { HistorySeries } from './history-view.ts';

const text = words.monitor;

export const seriesName = words.monitors.region;

/** A point with its rate and the interval of that. */
export function ratedPoints({ points }: HistorySeries) {
  return points.map((point) => ({ ...point, ...wilsonRate(point.succeeded, point.attempts) }));
}

export function successSentence(series: readonly HistorySeries[]): string {
  return series.map((one) => text.successOf(seriesName(one), one.total)).join(' ');
}

export function latencySentence(series: readonly HistorySeries[]): string {
  return series
    .map((one) =>
      text.latencyOf(
        seriesName(one),
        one.points.flatMap(({ p50Ms }) => p50Ms ?? []),
      ),
    )
    .join(' ');
}

export function successRows(series: readonly HistorySeries[]): ChartTable {
  return tableOf(series, text.success, text.successColumns, (point) => {
    const rate = wilsonRate(point.succeeded, point.attempts);
    return [formatShare(rate.rate), formatInterval(rate), formatCount(point.attempts)];
  });
}

export function latencyRows(series: readonly HistorySeries[]): ChartTable {
  return tableOf(series, text.latency, text.latencyColumns, ({ p50Ms, p95Ms, succeeded }) => [
    formatMs(p50Ms),
    formatMs(p95Ms),
    formatCount(succeeded),
  ]);
}

/** Newest first. */
function tableOf(
  series: readonly HistorySeries[],
  caption: string,
  columns: readonly string[],
  figures: (point: MonitorPoint) => readonly string[],
): ChartTable {
  const rows = series
    .flatMap((one) => one.points.map((point) => ({ name: seriesName(one), point })))
    .toSorted((a, b) => Date.parse(b.point.at) - Date.parse(a.point.at))
    .map(({ name, point }) => [formatShortMoment(point.at), name, ...figures(point)]);
  return { caption, columns, rows };
}
