/** Plain aligned tables without borders, through cli-table3; where the terminal is too narrow, a paragraph for each row. */
import Table from 'cli-table3';
import { columnsOf, indented } from './wrap.ts';

const none = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export interface TextTable {
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns of numbers stand to the right. */
  readonly right?: readonly number[];
  /** Columns of the terminal: what is wider wraps in its widest column of text, or is told in paragraphs; absent: no limit. */
  readonly width?: number;
  /** So many cells at the front say which row it is; 1 unless given. */
  readonly names?: number;
  /** Width of the last column, in which text wraps; absent: no wrapping. */
  readonly lastWidth?: number;
}

const gap = 2;
const margin = 2;
/** Text in a narrower column is no longer read with ease. */
const narrowest = 14;

export function renderTable(table: TextTable): string {
  const columns = table.head?.length ?? table.rows[0]?.length ?? 0;
  const { width = Number.POSITIVE_INFINITY, lastWidth, right = [] } = table;
  if (lastWidth !== undefined) return aligned(table, { column: columns - 1, width: lastWidth });
  const cells = (column: number) =>
    [table.head ?? [], ...table.rows].flatMap((row) => (row[column] ?? '').split('\n'));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(0, ...cells(column).map(columnsOf)));
  const excess = margin + widths.reduce((sum, one) => sum + one + gap, -gap) - width;
  if (excess <= 0) return aligned(table, null);
  const ofText = widths.map((size, column) => (right.includes(column) ? 0 : size));
  const widest = ofText.indexOf(Math.max(...ofText));
  const room = (ofText[widest] ?? 0) - excess;
  const longestWord = Math.max(...cells(widest).flatMap((cell) => cell.split(' ').map(columnsOf)));
  return room >= Math.max(narrowest, longestWord)
    ? aligned(table, { column: widest, width: room })
    : paragraphs(table, width);
}

/** @param wrapped the column whose text wraps, and its width */
function aligned(
  { head, rows, right = [] }: TextTable,
  wrapped: { readonly column: number; readonly width: number } | null,
): string {
  const columns = head?.length ?? rows[0]?.length ?? 0;
  const table = new Table({
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: Array.from({ length: columns }, (_, i) => (right.includes(i) ? 'right' : 'left')),
    colWidths: Array.from({ length: columns }, (_, i) => (i === wrapped?.column ? wrapped.width : null)),
    wordWrap: wrapped !== null,
    ...(head && { head: [...head] }),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `${' '.repeat(margin)}${line}`.trimEnd())
    .join('\n');
}

/** What the row is, and below it every other cell behind the head of its column. */
function paragraphs({ head = [], rows, names = 1 }: TextTable, width: number): string {
  return rows
    .flatMap((row) => {
      const name = row.slice(0, names).filter(Boolean).join(' · ');
      const facts = row
        .slice(names)
        .map((cell, index) => (cell === '' ? '' : `${head[names + index] ?? ''} ${cell}`.trim()))
        .filter(Boolean);
      return [...indented(name, width, margin), ...indented(facts.join(' · '), width, margin + 4)];
    })
    .join('\n');
}
