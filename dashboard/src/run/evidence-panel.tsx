import type { Evidence } from '../../../contract/evidence.ts';
import { formatEndpoint } from '../format/endpoint.ts';
import { formatMs } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';
import { EndpointText } from './endpoint-text.tsx';
import { EvidenceLanes } from './evidence-lanes.tsx';
import { evidenceAnchor } from './evidence-links.tsx';
import classes from './run.module.css';

const tones: Readonly<Record<Evidence['outcome'], Tone>> = {
  answered: 'good',
  refused: 'limited',
  silent: 'unknown',
  failed: 'bad',
  pending: 'unknown',
};

const { columns: names } = words.evidence;
const columns: readonly Column<Evidence>[] = [
  { key: 'id', head: names.id, bare: true, cell: ({ id }) => <strong className="mono">{id}</strong> },
  {
    key: 'purpose',
    head: names.purpose,
    bare: true,
    sort: ({ purpose }) => purpose,
    cell: ({ purpose }) => <span className="mono">{purpose}</span>,
  },
  {
    key: 'outcome',
    head: names.outcome,
    bare: true,
    sort: ({ outcome }) => outcome,
    cell: ({ outcome, errorCode }) => (
      <Tag tone={tones[outcome]}>{words.evidence.outcome(outcome, errorCode)}</Tag>
    ),
  },
  {
    key: 'sent',
    head: names.sent,
    sort: ({ sentMs }) => sentMs[0] ?? null,
    cell: ({ sentMs }) => <span className="number">{words.evidence.sent(sentMs)}</span>,
  },
  {
    key: 'rtt',
    head: names.rtt,
    align: 'end',
    sort: ({ rttMs }) => rttMs,
    cell: ({ rttMs }) => <span className="number">{formatMs(rttMs)}</span>,
  },
  {
    key: 'to',
    head: names.to,
    cell: ({ transport, local, to }) => (
      <div>
        <span className="number">
          {words.transports[transport]} <EndpointText endpoint={to} />
        </span>
        {local !== null && (
          <p className={`number ${classes['note']}`}>{words.evidence.leftFrom(formatEndpoint(local))}</p>
        )}
      </div>
    ),
  },
  {
    key: 'answer',
    head: names.answer,
    cell: ({ to, from, xorMapped, mapped, relayed, notes, gateway, hops = [] }) => (
      <div>
        <EndpointText endpoint={relayed ?? xorMapped ?? mapped} />
        {[
          ...answeredElsewhere(to, from),
          ...routerSaid(gateway),
          ...hops.map(words.evidence.hop),
          ...notes,
        ].map((note) => (
          <p key={note} className={classes['note']}>
            {note}
          </p>
        ))}
      </div>
    ),
  },
];

function routerSaid(gateway: Evidence['gateway']): string[] {
  return gateway === undefined ? [] : [words.evidence.router(gateway)];
}

/** Where the answer came from, when that is not where the request went: the point of the filter tests. */
function answeredElsewhere(to: Evidence['to'], from: Evidence['from']): string[] {
  if (from === null || formatEndpoint(from) === formatEndpoint(to)) return [];
  return [words.evidence.cameFrom(formatEndpoint(from))];
}

interface EvidencePanelProps {
  readonly evidence: readonly Evidence[];
  /** Packets of the whole run. */
  readonly sent: number;
  readonly received: number;
}

/** What went over the wire: a lane a request, then every one as a row that verdicts link to. */
export function EvidencePanel({ evidence, sent, received }: EvidencePanelProps) {
  return (
    <Panel title={words.evidence.title(evidence.length)} hint={words.evidence.hint(sent, received)}>
      {evidence.length > 0 && (
        <div className={classes['stack']}>
          <EvidenceLanes evidence={evidence} />
          <DataTable
            caption={words.evidence.title(evidence.length)}
            columns={columns}
            rows={evidence}
            rowKey={({ id }) => id}
            rowId={({ id }) => evidenceAnchor(id)}
            maxHeight="34rem"
          />
        </div>
      )}
    </Panel>
  );
}
