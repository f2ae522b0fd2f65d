import { Link } from 'wouter';
import type { Breakdown } from '../../../contract/breakdown.ts';
import { failureCatalogue } from '../../../contract/failures.ts';
import { formatInterval, formatShare } from '../format/measure.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { reportsBehind } from './behind.ts';
import classes from './statistics.module.css';
import type { StatisticsFilter } from './statistics-filter.ts';

type Cause = Breakdown['causes'][number];
const { causes: text } = words.statistics;

interface CausesPanelProps {
  readonly causes: readonly Cause[];
  readonly filter: StatisticsFilter;
}

/** What went wrong, most visits first. The bars are part of the table: the words are what matters. */
export function CausesPanel({ causes, filter }: CausesPanelProps) {
  const columns: readonly Column<Cause>[] = [
    {
      key: 'cause',
      head: text.cause,
      bare: true,
      cell: ({ code }) => (
        <div>
          <Link href={reportsBehind(filter, { cause: code })} className={classes['link']}>
            {failureCatalogue[code].meaning}
          </Link>
          <p className={classes['next']}>
            <span className="mono">{code}</span> · {failureCatalogue[code].next}
          </p>
        </div>
      ),
    },
    { key: 'blame', head: text.blame, cell: ({ blame }) => words.failure.blame[blame] },
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
  return (
    <Panel title={text.title} hint={text.hint}>
      {causes.length === 0 ? (
        <p className={classes['next']}>{text.none}</p>
      ) : (
        <DataTable caption={text.title} columns={columns} rows={causes} rowKey={({ code }) => code} linked />
      )}
    </Panel>
  );
}
