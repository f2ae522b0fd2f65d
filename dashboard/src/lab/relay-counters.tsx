import type { LabAttempt } from '../../../contract/lab-report.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { words } from '../words.ts';

const text = words.lab.evidence;

interface Counted {
  readonly by: string;
  readonly sent: string;
  readonly received: string;
}

const columns: readonly Column<Counted>[] = [
  { key: 'by', head: text.relay, bare: true, cell: ({ by }) => by },
  { key: 'sent', head: text.sent, cell: ({ sent }) => <span className="number">{sent}</span> },
  {
    key: 'received',
    head: text.received,
    cell: ({ received }) => <span className="number">{received}</span>,
  },
];

/** What went through the allocation of the offering end, by both who know. Nothing on other paths. */
export function RelayCounters({ attempt: { relayed, relayTraffic } }: { attempt: LabAttempt }) {
  const rows: Counted[] = [
    ...(relayed === null
      ? []
      : [
          {
            by: text.byClient,
            sent: text.payload(relayed.sentBytes),
            received: text.payload(relayed.receivedBytes),
          },
        ]),
    ...(relayTraffic === undefined
      ? []
      : [
          {
            by: text.byServer,
            sent: text.traffic(relayTraffic.sent),
            received: text.traffic(relayTraffic.received),
          },
        ]),
  ];
  if (rows.length === 0) return null;
  return (
    <div>
      <h3>{text.relay}</h3>
      <DataTable caption={text.relay} columns={columns} rows={rows} rowKey={({ by }) => by} />
    </div>
  );
}
