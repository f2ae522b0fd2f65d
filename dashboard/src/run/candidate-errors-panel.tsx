import type { CandidateError } from '../../../contract/candidate.ts';
import { formatEndpoint } from '../format/endpoint.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';
import classes from './run.module.css';

type Row = CandidateError & { readonly key: string };

const { columns: names } = words.candidateErrors;
const columns: readonly Column<Row>[] = [
  {
    key: 'weight',
    head: names.weight,
    bare: true,
    cell: ({ harmless }) => (
      <Tag tone={harmless ? 'info' : 'bad'}>
        {harmless ? words.candidateErrors.harmless : words.candidateErrors.failure}
      </Tag>
    ),
  },
  {
    key: 'server',
    head: names.server,
    bare: true,
    sort: ({ url }) => url,
    cell: ({ url }) => <span className="mono">{url}</span>,
  },
  {
    key: 'code',
    head: names.code,
    sort: ({ errorCode }) => errorCode,
    cell: ({ errorCode, errorText }) => words.candidateErrors.code(errorCode, errorText),
  },
  {
    key: 'cause',
    head: names.cause,
    bare: true,
    cell: ({ cause, harmless }) => (
      <div className={classes['failure']}>
        <p>{cause}</p>
        {harmless && <p className={classes['note']}>{words.candidateErrors.harmlessWhy}</p>}
      </div>
    ),
  },
  { key: 'local', head: names.local, cell: (error) => <span className="mono">{formatEndpoint(error)}</span> },
  {
    key: 'at',
    head: names.at,
    align: 'end',
    sort: ({ atMs }) => atMs,
    cell: ({ atMs }) => <span className="number">{formatMs(atMs)}</span>,
  },
];

export function CandidateErrorsPanel({ errors }: { errors: readonly CandidateError[] }) {
  const rows = errors.map((error, index) => ({ ...error, key: String(index) }));
  const title = words.candidateErrors.title(errors.length);
  return (
    <Panel title={title} hint={words.candidateErrors.hint}>
      <DataTable caption={title} columns={columns} rows={rows} rowKey={({ key }) => key} />
    </Panel>
  );
}
