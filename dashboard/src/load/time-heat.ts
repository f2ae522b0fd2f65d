/** Delays of the last run over its time: what the picture, its sentence and its table show. Pure. */
import { heatBoundsUs } from '../../../contract/load-heat.ts';
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { axisUnits } from '../../../turn/load/headline.ts';
import {
  bandsInUse,
  type HeatColumn,
  heatBands,
  heatColumns,
  heatLevel,
} from '../../../turn/load/heat-picture.ts';
import type { ChartTable } from '../charts/chart-table.ts';
import { formatMs } from '../format/measure.ts';
import { words } from '../words.ts';

const { timeHeat: text, amount, amountOf } = words.load;
/** More would be narrower than people can see on a small screen. */
const mostColumns = 120;

export interface TimeHeatRow {
  readonly label: string;
  /** By column. */
  readonly levels: readonly number[];
}

export interface TimeHeat {
  readonly columns: readonly HeatColumn[];
  /** Slowest on top; what was lost above them. */
  readonly rows: readonly TimeHeatRow[];
  /** Where each step begins. */
  readonly steps: readonly { readonly column: number; readonly label: string }[];
  readonly finding: string;
  readonly table: ChartTable;
}

/** Null: no step of the last run tells. */
export function timeHeatOf({ runs, axis, profile }: LoadReportBody): TimeHeat | null {
  const columns = heatColumns(runs.at(-1)?.steps ?? [], mostColumns);
  const bands = bandsInUse(columns);
  if (bands === null) return null;
  const used = heatBands.map((label, band) => ({ label, band })).slice(bands.first, bands.last + 1);
  const losses = columns.some(({ lost }) => lost > 0);
  const place = ({ offered }: HeatColumn) => amountOf(offered, axisUnits[axis]);
  return {
    columns,
    rows: [
      ...(losses
        ? [{ label: text.lost, levels: columns.map(({ lost, sent }) => heatLevel(lost, sent)) }]
        : []),
      ...used.toReversed().map(({ label, band }) => ({
        label,
        levels: columns.map(({ counts, sent }) => heatLevel(counts[band] ?? 0, sent)),
      })),
    ],
    steps: columns.flatMap((column, at) =>
      columns[at - 1]?.offered === column.offered ? [] : [{ column: at, label: amount(column.offered) }],
    ),
    finding: findingOf(columns, profile.stop.p99Ms, place),
    table: {
      caption: text.title,
      columns: [text.offered, text.from, text.sent, ...used.map(({ label }) => label), text.lost],
      rows: columns.map((column) => [
        place(column),
        formatMs(column.fromMs),
        amount(column.sent),
        ...used.map(({ band }) => amount(column.counts[band] ?? 0)),
        amount(column.lost),
      ]),
    },
  };
}

/** The slice with most that took longer than the limit, or was lost. */
function findingOf(
  columns: readonly HeatColumn[],
  limitMs: number,
  place: (column: HeatColumn) => string,
): string {
  const shareOf = (column: HeatColumn) => badOf(column, limitMs * 1000) / Math.max(1, column.sent);
  const worst = columns.reduce((one, other) => (shareOf(other) > shareOf(one) ? other : one));
  const share = shareOf(worst);
  return share === 0
    ? text.noneBad(formatMs(limitMs))
    : text.finding(place(worst), formatMs(worst.fromMs), 100 * share, formatMs(limitMs));
}

/** Bands that begin at the limit or above it; a limit within a band counts from its upper end. */
function badOf({ counts, lost }: HeatColumn, limitUs: number): number {
  return counts.reduce((sum, count, band) => {
    const begins = band === 0 ? 0 : (heatBoundsUs[band - 1] ?? 0);
    return begins >= limitUs ? sum + count : sum;
  }, lost);
}
