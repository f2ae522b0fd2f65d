import type { AuditEntry } from '../../../contract/access/audit.ts';
import { refusals } from '../../../contract/access/audit.ts';
import { failureCatalogue } from '../../../contract/failures.ts';
import { formatMoment } from '../format/moment.ts';
import { operationName } from '../format/operation-name.ts';
import classes from '../monitors/monitors.module.css';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';

const text = words.audit;
const { columns: names } = text;

const columns: readonly Column<AuditEntry>[] = [
  { key: 'at', head: names.at, bare: true, cell: ({ at }) => <time dateTime={at}>{formatMoment(at)}</time> },
  {
    key: 'who',
    head: names.who,
    cell: ({ who }) =>
      who === null ? (
        text.nobody
      ) : (
        <span title={who.id}>
          <strong>{who.name}</strong> {who.kind === 'local' ? '' : `(${text.kinds[who.kind]})`}
        </span>
      ),
  },
  {
    key: 'what',
    head: names.what,
    cell: ({ operation }) => (
      <div className={classes['state']}>
        <span>{operationName(operation)}</span>
        <span className={`mono ${classes['soft']}`}>{operation}</span>
      </div>
    ),
  },
  {
    key: 'target',
    head: names.target,
    cell: ({ target }) => (target === null ? '–' : <span className="mono">{target}</span>),
  },
  { key: 'outcome', head: names.outcome, cell: (entry) => <Outcome entry={entry} /> },
  {
    key: 'request',
    head: names.request,
    cell: ({ requestId }) => <span className="mono">{requestId}</span>,
  },
];

/** Who did what, newest first. */
export function AuditTable({ entries }: { entries: readonly AuditEntry[] }) {
  return <DataTable caption={text.title} columns={columns} rows={entries} rowKey={({ id }) => id} />;
}

function Outcome({ entry: { outcome, times } }: { entry: AuditEntry }) {
  if (outcome === 'done') return <Tag tone="good">{text.done}</Tag>;
  if (outcome === null) return <Tag tone="unknown">{text.open}</Tag>;
  const known = Object.entries(failureCatalogue).find(([code]) => code === outcome)?.[1];
  const isRefusal = refusals.some((code) => code === outcome);
  return (
    <div className={classes['state']}>
      <Tag tone={isRefusal ? 'limited' : 'bad'}>
        {isRefusal ? text.outcomes.refused : text.outcomes.failed}
      </Tag>
      {known !== undefined && <span className={classes['reason']}>{known.meaning}</span>}
      <span className={`mono ${classes['soft']}`}>{outcome}</span>
      {times > 1 && <span className={classes['soft']}>{text.times(times)}</span>}
    </div>
  );
}
