/** The success chart in words and as a table. Pure. */
import type { SuccessSeries } from '../../../contract/runs.ts';
import type { ChartTable } from '../charts/chart-table.ts';
import { formatInterval, formatShare } from '../format/measure.ts';
import { formatShortMoment } from '../format/moment.ts';
import { words } from '../words.ts';

type Series = SuccessSeries['series'][number];

export function successFinding(series: readonly Series[]): string {
  return series.map(({ path, total }) => words.overview.finding(words.paths[path], total)).join(' ');
}

export function successTable(series: readonly Series[]): ChartTable {
  const { columns } = words.overview;
  return {
    caption: words.overview.rateTitle,
    columns: [columns.time, columns.path, columns.rate, columns.interval, columns.count],
    rows: series
      .flatMap(({ path, points }) => points.map((point) => ({ path, point })))
      .toSorted((a, b) => Date.parse(b.point.at) - Date.parse(a.point.at))
      .map(({ path, point }) => [
        formatShortMoment(point.at),
        words.paths[path],
        formatShare(point.rate),
        formatInterval(point),
        words.overview.ofAttempts(point),
      ]),
  };
}
