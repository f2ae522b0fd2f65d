import { type Beside, isProcessorTime } from '../../../../compare/beside.ts';
import { type Column, DataTable } from '../../panels/data-table.tsx';
import { Panel } from '../../panels/panel.tsx';
import { Tag } from '../../panels/tag.tsx';
import type { Tone } from '../../panels/tone.ts';
import { words } from '../../words.ts';
import { formatError, formatFigure } from '../figures.ts';

const text = words.compare.beside;

/** What the model is held to: see docs/topologies.md. */
const bounds = { bandwidth: 0.1, processor: 0.25 } as const;

const columns: readonly Column<Beside>[] = [
  { key: 'path', head: words.compare.summary.path, bare: true, cell: ({ path }) => words.comparePaths[path] },
  { key: 'figure', head: text.figure, cell: ({ figure }) => text.figures[figure] },
  {
    key: 'model',
    head: text.model,
    align: 'end',
    cell: ({ figure, model }) => <span className="number">{formatFigure(figure, model)}</span>,
  },
  {
    key: 'measured',
    head: text.measured,
    align: 'end',
    cell: ({ figure, measured }) => <span className="number">{formatFigure(figure, measured)}</span>,
  },
  {
    key: 'error',
    head: text.error,
    align: 'end',
    sort: ({ error }) => Math.abs(error),
    cell: (row) => <Tag tone={toneOf(row)}>{formatError(row.error)}</Tag>,
  },
];

export function BesideTable({ rows }: { rows: readonly Beside[] }) {
  return (
    <Panel title={text.title} hint={text.hint}>
      {rows.length === 0 ? (
        <p>{text.none}</p>
      ) : (
        <DataTable
          caption={text.title}
          columns={columns}
          rows={rows}
          rowKey={({ path, figure }) => `${path} ${figure}`}
        />
      )}
    </Panel>
  );
}

function toneOf({ figure, error }: Beside): Tone {
  return Math.abs(error) <= (isProcessorTime(figure) ? bounds.processor : bounds.bandwidth)
    ? 'good'
    : 'limited';
}
