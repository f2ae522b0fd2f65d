import type { LabCall, LabCallEvent } from '../../../contract/lab-call.ts';
import type { LabCell } from '../../../contract/lab-report.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Parts } from '../panels/parts.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import runClasses from '../run/run.module.css';
import { words } from '../words.ts';
import { CallStrip } from './call-strip.tsx';

const text = words.lab.calls;
const tones: Readonly<Record<LabCallEvent['outcome'], Tone>> = {
  uninterrupted: 'good',
  recovered: 'limited',
  lost: 'bad',
};

interface Row extends LabCallEvent {
  readonly key: string;
}

const time = (ms: number | null) => <span className="number">{formatMs(ms)}</span>;
const columns: readonly Column<Row>[] = [
  { key: 'at', head: text.columns.at, align: 'end', cell: ({ atMs }) => time(atMs) },
  { key: 'step', head: text.columns.step, bare: true, cell: text.step },
  {
    key: 'outcome',
    head: text.columns.outcome,
    bare: true,
    cell: ({ outcome, asExpected, recoverWithin }) => (
      <>
        <Tag tone={tones[outcome]}>{text.outcomes[outcome]}</Tag>
        {asExpected === false && recoverWithin !== null && (
          <p className={runClasses['note']}>{text.wanted(recoverWithin)}</p>
        )}
      </>
    ),
  },
  { key: 'detect', head: text.columns.detect, align: 'end', cell: ({ detectMs }) => time(detectMs) },
  { key: 'restart', head: text.columns.restart, align: 'end', cell: ({ restartMs }) => time(restartMs) },
  { key: 'recover', head: text.columns.recover, align: 'end', cell: ({ recoverMs }) => time(recoverMs) },
  {
    key: 'lost',
    head: text.columns.lost,
    cell: (event) => <span className="number">{text.lost(event)}</span>,
  },
];

/** What the steps of the timeline did to each call. Nothing where the scenario has none. */
export function CallsPanel({ cells }: { cells: readonly LabCell[] }) {
  const calls = cells.flatMap((cell) =>
    cell.tries.flatMap(({ call }, index) =>
      call === undefined ? [] : [{ cell, call, key: `${text.call(cell)} ${index}` }],
    ),
  );
  if (calls.length === 0) return null;
  return (
    <Panel title={text.title} hint={text.hint}>
      <Parts>
        {calls.map(({ cell, call, key }) => (
          <Call key={key} title={text.call(cell)} call={call} />
        ))}
      </Parts>
    </Panel>
  );
}

function Call({ title, call }: { title: string; call: LabCall }) {
  return (
    <div>
      <h3>{title}</h3>
      <CallStrip call={call} />
      <DataTable
        caption={title}
        columns={columns}
        rows={call.events.map((event, index) => ({ ...event, key: String(index) }))}
        rowKey={({ key }) => key}
      />
      <p className={runClasses['note']}>
        {text.sum(formatMs(call.lastedMs), call.messagesPerSec, text.restarts[call.restart])}
      </p>
    </div>
  );
}
