import type { RunSummary } from '../../../contract/runs.ts';
import { formatMs } from '../format/measure.ts';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable, type ServiceSorting } from '../panels/data-table.tsx';
import { RowLink } from '../panels/row-link.tsx';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';
import { AttemptMarks } from './attempt-marks.tsx';
import classes from './run-table.module.css';

const { columns: names } = words.runs;

const columns: readonly Column<RunSummary>[] = [
  {
    key: 'status',
    head: names.status,
    bare: true,
    sort: 'service',
    cell: ({ headline }) => <Tag tone={headline.status}>{words.status[headline.status]}</Tag>,
  },
  {
    key: 'finding',
    head: names.finding,
    bare: true,
    cell: ({ id, headline }) => <RowLink href={`/runs/${id}`}>{headline.sentence}</RowLink>,
  },
  {
    key: 'kind',
    head: names.kind,
    bare: true,
    sort: 'service',
    cell: ({ kind, source, code }) => (
      <div className={classes['two']}>
        <span>{words.kinds[kind]}</span>
        <span className={classes['soft']}>{source}</span>
        {code !== null && <span className={classes['soft']}>{words.code(code)}</span>}
      </div>
    ),
  },
  {
    key: 'result',
    head: names.result,
    bare: true,
    cell: ({ kind, nat, turn, attempts }) => {
      if (kind === 'nat-report' && nat !== null) return words.legacy[nat.legacy].name;
      return turn === null ? <AttemptMarks attempts={attempts} /> : words.turn.groupCounts(turn.counts);
    },
  },
  {
    key: 'duration',
    head: names.duration,
    align: 'end',
    sort: 'service',
    cell: ({ durationMs }) => <span className="number">{formatMs(durationMs)}</span>,
  },
  {
    key: 'at',
    head: names.at,
    bare: true,
    align: 'end',
    sort: 'service',
    cell: ({ at }) => <Ago at={at} />,
  },
];
/** Where the order is fixed, no column offers to change it. */
const fixedColumns = columns.map(({ sort: _sort, ...column }) => column);

interface RunTableProps {
  readonly caption: string;
  readonly runs: readonly RunSummary[];
  readonly sorting?: ServiceSorting;
}

export function RunTable({ caption, runs, sorting }: RunTableProps) {
  return (
    <DataTable
      caption={caption}
      columns={sorting === undefined ? fixedColumns : columns}
      rows={runs}
      rowKey={({ id }) => id}
      linked
      {...(sorting !== undefined && { sorting })}
    />
  );
}
