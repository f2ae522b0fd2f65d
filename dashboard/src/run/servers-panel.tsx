import type { ServerResult } from '../../../contract/nat-report.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';
import { EvidenceLinks } from './evidence-links.tsx';
import { FailureText } from './failure-text.tsx';
import classes from './run.module.css';

export const serverTones: Readonly<Record<ServerResult['status'], Tone>> = {
  ok: 'good',
  failed: 'bad',
  skipped: 'unknown',
};

const { columns: names } = words.serverResults;
const columns: readonly Column<ServerResult>[] = [
  {
    key: 'status',
    head: names.status,
    bare: true,
    sort: ({ status }) => status,
    cell: ({ status }) => <Tag tone={serverTones[status]}>{words.serverResults.statuses[status]}</Tag>,
  },
  {
    key: 'url',
    head: names.server,
    bare: true,
    sort: ({ url }) => url,
    cell: (result) => (
      <div>
        <span className="mono">{result.url}</span>
        <p className={classes['note']}>{words.serverResults.detail(result)}</p>
      </div>
    ),
  },
  {
    key: 'transport',
    head: names.transport,
    sort: ({ transport }) => transport,
    cell: ({ transport }) => words.transports[transport],
  },
  {
    key: 'rtt',
    head: names.rtt,
    align: 'end',
    sort: ({ rttMs }) => rttMs,
    cell: ({ rttMs }) => <span className="number">{formatMs(rttMs)}</span>,
  },
  {
    key: 'setup',
    head: names.setup,
    align: 'end',
    sort: ({ setupMs }) => setupMs,
    cell: ({ setupMs }) => <span className="number">{formatMs(setupMs)}</span>,
  },
  {
    key: 'result',
    head: names.result,
    bare: true,
    cell: ({ failure, evidence }) =>
      failure !== undefined ? (
        <FailureText failure={failure} />
      ) : evidence.length > 0 ? (
        <EvidenceLinks ids={evidence} />
      ) : null,
  },
];

interface ServersPanelProps {
  readonly servers: readonly ServerResult[];
  readonly title?: string;
  readonly hint?: string;
}

export function ServersPanel({
  servers,
  title = words.serverResults.title,
  hint = words.serverResults.hint,
}: ServersPanelProps) {
  return (
    <Panel title={title} hint={hint}>
      {servers.length === 0 ? (
        <p className={classes['note']}>{words.serverResults.none}</p>
      ) : (
        <DataTable
          caption={title}
          columns={columns}
          rows={servers}
          rowKey={({ url, transport, address }) => `${url} ${transport} ${address}`}
        />
      )}
    </Panel>
  );
}
