import type { LabPacket } from '../../../contract/lab-report.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import runClasses from '../run/run.module.css';
import { words } from '../words.ts';

const text = words.lab.evidence;

interface Row extends LabPacket {
  readonly key: string;
}

const columns: readonly Column<Row>[] = [
  {
    key: 'at',
    head: text.packetColumns.at,
    align: 'end',
    cell: ({ atMs }) => <span className="number">{formatMs(atMs)}</span>,
  },
  {
    key: 'where',
    head: text.packetColumns.where,
    cell: ({ where, direction }) => `${text.directions[direction]} ${where}`,
  },
  {
    key: 'packet',
    head: text.packetColumns.packet,
    bare: true,
    cell: ({ from, to }) => (
      <span className="mono">
        {from} → {to}
      </span>
    ),
  },
  { key: 'what', head: text.packetColumns.what, bare: true, cell: ({ what }) => what },
];

/** What the captures of `--pcap` show, in the order of time. */
export function PacketTable({ packets }: { packets: readonly LabPacket[] }) {
  return (
    <div>
      <h3>{text.packets(packets.length)}</h3>
      <p className={runClasses['note']}>{text.packetsHint}</p>
      <DataTable
        caption={text.packets(packets.length)}
        columns={columns}
        rows={packets.map((packet, index) => ({ ...packet, key: String(index) }))}
        rowKey={({ key }) => key}
        maxHeight="24rem"
      />
    </div>
  );
}
