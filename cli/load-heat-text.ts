/** Delays over time, on a terminal: one character for each slice and band. */
import type { LoadReportBody } from '../contract/load-report.ts';
import { axisUnits, numberText } from '../turn/load/headline.ts';
import { bandsInUse, type HeatColumn, heatBands, heatColumns, heatLevel } from '../turn/load/heat-picture.ts';
import type { Paint } from './style.ts';
import { wrap } from './wrap.ts';

/** By `heatLevel`. */
const shades = [' ', '·', '░', '▒', '▓', '█'];
const labelWidth = Math.max(...heatBands.map((band) => band.length));
const margin = labelWidth + 4;

/** Of the last run; nothing where no step tells. */
export function loadHeatText({ runs, axis }: LoadReportBody, width: number, paint: Paint): string[] {
  const steps = runs.at(-1)?.steps ?? [];
  // Between two steps stands a line.
  const columns = heatColumns(steps, Math.max(1, width - margin - steps.length));
  const bands = bandsInUse(columns);
  if (bands === null) return [];
  const row = (label: string, mark: (column: HeatColumn) => string): string =>
    `  ${label.padStart(labelWidth)} ${columns
      .map((column, at) => `${isStepBefore(columns, at) ? '│' : ''}${mark(column)}`)
      .join('')}`.trimEnd();
  const rows = [];
  if (columns.some(({ lost }) => lost > 0))
    rows.push(row('lost', ({ lost, sent }) => shades[heatLevel(lost, sent)] ?? ' '));
  for (let band = bands.last; band >= bands.first; band -= 1)
    rows.push(
      row(heatBands[band] ?? '', ({ counts, sent }) => shades[heatLevel(counts[band] ?? 0, sent)] ?? ' '),
    );
  const offers = [...new Set(columns.map(({ offered }) => numberText(offered)))].join(' │ ');
  const below = ' '.repeat(labelWidth + 3);
  return [
    paint('bold', `Delays over time, run ${runs.length}`),
    ...rows,
    ...[
      ...wrap(`steps of ${offers} ${axisUnits[axis]}`, width - below.length),
      ...wrap('· up to 0.1 %  ░ 1 %  ▒ 10 %  ▓ 50 %  █ more of what was due', width - below.length),
    ].map((line) => paint('dim', `${below}${line}`)),
  ];
}

function isStepBefore(columns: readonly HeatColumn[], at: number): boolean {
  return at > 0 && columns[at - 1]?.offered !== columns[at]?.offered;
}
