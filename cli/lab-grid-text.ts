/** Many cells as one grid for each path: rows offer, columns answer. */
import type { LabCell } from '../contract/lab-report.ts';
import { labPathText } from '../contract/lab-words.ts';
import { msText, verdictOf } from './lab-cell-words.ts';
import type { Paint } from './style.ts';
import { columnsOf, indented } from './wrap.ts';

const legend =
  '✔ connected, with the highest rung, and the set-up time in ms where there is room · ✖ failed · ! before it: not as expected · ~ some attempts only · ? undecided · S1 candidates, S2 ICE, S3 DTLS, S4 a message came back, S5 media, S6 a picture, S7 five steady seconds';

const cellWidths = { wide: 10, narrow: 5 };

export function gridText(cells: readonly LabCell[], width: number, paint: Paint): string[] {
  const paths = [...new Set(cells.map(labPathText))];
  const grids = paths.flatMap((path) => [
    paint('bold', path),
    ...grid(
      cells.filter((cell) => labPathText(cell) === path),
      width,
      paint,
    ),
    '',
  ]);
  return [...grids, ...indented(legend, width).map((line) => paint('dim', line))];
}

function grid(cells: readonly LabCell[], width: number, paint: Paint): string[] {
  const rows = [...new Set(cells.map(({ from }) => from))];
  const heads = [...new Set(cells.map(({ to }) => to))];
  const found = new Map(cells.map((cell) => [`${cell.from}|${cell.to}`, cell]));
  const labelWidth = Math.min(20, Math.max(...rows.map((name) => columnsOf(name)))) + 4;
  const isWide = labelWidth + heads.length * cellWidths.wide <= width;
  const cellWidth = isWide ? cellWidths.wide : cellWidths.narrow;
  const numbered = heads.map((to, index) => ({ to, number: String(index + 1).padStart(cellWidth) }));
  const atOnce = Math.max(1, Math.floor((width - labelWidth) / cellWidth));
  const parts = Array.from({ length: Math.ceil(heads.length / atOnce) }, (_, part) =>
    numbered.slice(part * atOnce, (part + 1) * atOnce),
  );
  // Columns are the rows again, but for the mark of the twin; otherwise their names follow.
  const names = heads.every((name, index) => name.replace(/′$/, '') === rows[index])
    ? []
    : indented(`columns: ${heads.map((name, index) => `${index + 1} ${name}`).join(', ')}`, width, 4);
  return [
    ...parts.flatMap((part) => [
      `${' '.repeat(labelWidth)}${paint('dim', part.map(({ number }) => number).join(''))}`,
      ...rows.map((from, row) => {
        const label = `${String(row + 1).padStart(2)} ${from}`.slice(0, labelWidth).padEnd(labelWidth);
        const line = part.map(({ to }) => cellText(found.get(`${from}|${to}`), cellWidth, isWide, paint));
        return `${label}${line.join('')}`;
      }),
    ]),
    ...names.map((line) => paint('dim', line)),
  ];
}

function cellText(cell: LabCell | undefined, width: number, isWide: boolean, paint: Paint): string {
  if (cell === undefined) return '·'.padStart(width);
  const { style, mark } = verdictOf(cell);
  const some = cell.succeeded > 0 && cell.succeeded < cell.attempts ? '~' : '';
  const wrong = cell.asExpected === false ? '!' : '';
  const time = cell.setupMs === null ? '' : ` ${msText(cell.setupMs.p50).replace(' ms', '')}`;
  const text = `${wrong}${some}${mark}${cell.rung}${isWide ? time : ''}`;
  return `${' '.repeat(Math.max(1, width - columnsOf(text)))}${paint(style, text)}`;
}
