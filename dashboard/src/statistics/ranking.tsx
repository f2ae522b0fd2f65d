import { formatInterval, formatShare } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { RowLink } from '../panels/row-link.tsx';
import { words } from '../words.ts';
import type { RankedCause } from './ranked-causes.ts';
import classes from './statistics.module.css';

interface RankingProps {
  readonly title: string;
  readonly hint: string;
  readonly none: string;
  readonly causes: readonly RankedCause[];
}

const { causes: text } = words.statistics;

const columns: readonly Column<RankedCause>[] = [
  {
    key: 'cause',
    head: text.cause,
    bare: true,
    cell: ({ id, meaning, next, href }) => (
      <div>
        <RowLink href={href}>{meaning}</RowLink>
        <p className={classes['next']}>
          <span className="mono">{id}</span>
          {next === '' ? '' : ` · ${next}`}
        </p>
      </div>
    ),
  },
  { key: 'where', head: text.blame, cell: ({ where }) => where },
  {
    key: 'visits',
    head: text.visits,
    align: 'end',
    sort: ({ visits }) => visits,
    cell: ({ visits, share }) => (
      <span className="number">{text.share(visits, formatShare(share.rate), formatInterval(share))}</span>
    ),
  },
  {
    key: 'bar',
    head: text.bar,
    bare: true,
    cell: ({ share }) => (
      <meter className={classes['meter']} value={share.rate ?? 0} aria-label={formatShare(share.rate)} />
    ),
  },
];

/** Causes, most visits first. The bars are part of the table: the words are what matters. */
export function Ranking({ title, hint, none, causes }: RankingProps) {
  return (
    <Panel title={title} hint={hint}>
      {causes.length === 0 ? (
        <p className={classes['next']}>{none}</p>
      ) : (
        <DataTable caption={title} columns={columns} rows={causes} rowKey={({ id }) => id} linked />
      )}
    </Panel>
  );
}
