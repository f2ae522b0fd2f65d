import type { LabCell } from '../../../contract/lab-report.ts';
import { labCellKey } from '../../../contract/lab-words.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { FailureText } from '../run/failure-text.tsx';
import { words } from '../words.ts';
import { CellLink } from './cell-link.tsx';
import { cellVerdict } from './cell-verdict.ts';
import classes from './lab.module.css';

const text = words.lab.exceptions;
const { columns: names } = words.runs;

interface ExceptionsPanelProps {
  readonly cells: readonly LabCell[];
  readonly open: (cell: LabCell) => void;
}

/** What a reader of a large matrix would have to look for. Nothing where all is as expected. */
export function ExceptionsPanel({ cells, open }: ExceptionsPanelProps) {
  const rows = cells.filter(({ asExpected }) => asExpected !== true);
  if (rows.length === 0) return null;
  const columns: readonly Column<LabCell>[] = [
    {
      key: 'verdict',
      head: names.status,
      bare: true,
      cell: (cell) => {
        const { tone, word } = cellVerdict(cell);
        return <Tag tone={tone}>{word}</Tag>;
      },
    },
    {
      key: 'cell',
      head: words.lab.diff.columns.cell,
      bare: true,
      cell: (cell) => <CellLink cell={cell} open={open} />,
    },
    {
      key: 'expected',
      head: names.finding,
      bare: true,
      cell: (cell) => (
        <>
          <p className={classes['facts']}>{words.lab.evidence.expected(cell)}</p>
          {cell.failure !== null && <FailureText failure={cell.failure} />}
        </>
      ),
    },
  ];
  return (
    <Panel title={text.title(rows.length)} hint={text.hint}>
      <DataTable
        caption={text.title(rows.length)}
        columns={columns}
        rows={rows}
        rowKey={labCellKey}
        maxHeight="30rem"
      />
    </Panel>
  );
}
