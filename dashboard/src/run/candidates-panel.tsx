import type { Candidate } from '../../../contract/candidate.ts';
import { formatEndpoint } from '../format/endpoint.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { EndpointText } from './endpoint-text.tsx';
import classes from './run.module.css';
import { TypeTag } from './type-tag.tsx';

const { columns: names } = words.candidates;

const columns: readonly Column<Candidate>[] = [
  {
    key: 'type',
    head: names.type,
    bare: true,
    sort: ({ type }) => type,
    cell: ({ type }) => <TypeTag type={type} />,
  },
  {
    key: 'address',
    head: names.address,
    bare: true,
    sort: formatEndpoint,
    cell: (candidate) => <EndpointText endpoint={candidate} />,
  },
  {
    key: 'protocol',
    head: names.protocol,
    sort: ({ protocol }) => protocol,
    cell: (candidate) => words.candidates.protocol(candidate),
  },
  {
    key: 'related',
    head: names.related,
    cell: ({ relatedAddress: address, relatedPort: port }) => <EndpointText endpoint={{ address, port }} />,
  },
  {
    key: 'server',
    head: names.server,
    sort: ({ url }) => url,
    cell: ({ url }) => <span className="mono">{url ?? words.candidates.thisHost}</span>,
  },
  {
    key: 'priority',
    head: names.priority,
    align: 'end',
    sort: ({ priority }) => priority,
    cell: ({ priority }) => <span className="number">{priority ?? '–'}</span>,
  },
  {
    key: 'gathered',
    head: names.gathered,
    align: 'end',
    sort: ({ gatheredMs }) => gatheredMs,
    cell: ({ gatheredMs }) => <span className="number">{formatMs(gatheredMs)}</span>,
  },
];

export function CandidatesPanel({ candidates }: { candidates: readonly Candidate[] }) {
  const rows = candidates.map((candidate, index) => ({ ...candidate, key: String(index) }));
  return (
    <Panel title={words.candidates.title(candidates.length)} hint={words.candidates.hint}>
      {rows.length === 0 ? (
        <p className={classes['note']}>{words.candidates.none}</p>
      ) : (
        <DataTable
          caption={words.candidates.title(candidates.length)}
          columns={columns as readonly Column<(typeof rows)[number]>[]}
          rows={rows}
          rowKey={({ key }) => key}
        />
      )}
    </Panel>
  );
}
