/** Plain aligned tables without borders, through cli-table3. */
import Table from 'cli-table3';

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
  /** Width of the last column, in which text wraps; absent: no wrapping. */
  readonly lastWidth?: number;
}

export function renderTable({ head, rows, right = [], lastWidth }: TextTable): string {
  const columns = head?.length ?? rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, i) => (i === columns - 1 ? (lastWidth ?? null) : null));
  const table = new Table({
    chars: none,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: Array.from({ length: columns }, (_, i) => (right.includes(i) ? 'right' : 'left')),
    colWidths: widths,
    wordWrap: lastWidth !== undefined,
    ...(head && { head: [...head] }),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
