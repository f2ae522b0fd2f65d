import { Link } from 'wouter';
import type { MonitorCell, MonitorView } from '../../../contract/fleet/monitor.ts';
import { Sparkline } from '../charts/sparkline.tsx';
import { formatShare } from '../format/measure.ts';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Tag } from '../panels/tag.tsx';
import { FailureText } from '../run/failure-text.tsx';
import { words } from '../words.ts';
import { hourSlots } from './hour-slots.ts';
import { monitorTones } from './monitor-tones.ts';
import classes from './monitors.module.css';

const text = words.monitors;
const { columns: names } = text;

interface CellTableProps {
  readonly monitor: MonitorView;
  readonly cells: readonly MonitorCell[];
}

/** What a monitor knows now, a row for each region and transport. */
export function CellTable({ monitor, cells }: CellTableProps) {
  return (
    <DataTable
      caption={text.cells(monitor.name)}
      columns={columnsOf(monitor)}
      rows={cells}
      rowKey={({ region, peer, path, transport }) => [region, peer, path, transport].join(' ')}
    />
  );
}

function columnsOf({ expect, kind }: MonitorView): readonly Column<MonitorCell>[] {
  return [
    {
      key: 'state',
      head: names.state,
      bare: true,
      cell: ({ state, reason, since }) => (
        <div className={classes['state']}>
          <Tag tone={monitorTones[state]}>{text.states[state]}</Tag>
          <span className={classes['soft']}>
            {since === null ? (
              text.fromBeginning
            ) : (
              <>
                {text.since} <Ago at={since} />
              </>
            )}
          </span>
          <span className={classes['reason']}>{reason}</span>
        </div>
      ),
    },
    {
      key: 'place',
      head: names.place,
      sort: (cell) => text.place(cell),
      cell: (cell) => (
        <div className={classes['state']}>
          <strong>{text.place(cell)}</strong>
          {cell.url !== null && <span className={`mono ${classes['url']}`}>{cell.url}</span>}
        </div>
      ),
    },
    {
      key: 'success',
      head: names.success,
      sort: ({ day }) => day.rate.rate,
      cell: ({ day: { rate } }) =>
        rate.attempts === 0 ? (
          text.nothingMeasured
        ) : (
          <div className={classes['state']}>
            <strong className="number">{formatShare(rate.rate)}</strong>
            <span className={classes['soft']}>{text.interval(rate)}</span>
          </div>
        ),
    },
    {
      key: 'latency',
      head: names.latency,
      sort: ({ day }) => day.p50Ms,
      cell: ({ day: { p50Ms, p95Ms }, hours }) => (
        <div className={classes['state']}>
          <span className="number">{text.latency(p50Ms, p95Ms)}</span>
          {hours.length > 0 && <Sparkline slots={hourSlots(hours, Date.now())} text={text.hours(hours)} />}
        </div>
      ),
    },
    ...(kind === 'mesh' ? [] : [certificateColumn(expect.certificateDays)]),
    {
      key: 'failure',
      head: names.failure,
      cell: ({ lastFailure, state, ...key }) =>
        lastFailure === null ? (
          text.noFailure
        ) : (
          <div className={classes['failure']}>
            <Ago at={lastFailure.at} />
            {state === 'up' ? (
              <p>{lastFailure.failure.message}</p>
            ) : (
              <FailureText failure={lastFailure.failure} />
            )}
            {lastFailure.run !== null && (
              <Link
                href={`/runs/${lastFailure.run}`}
                className={classes['link']}
                aria-label={text.evidenceOf(key)}
              >
                {text.evidence}
              </Link>
            )}
          </div>
        ),
    },
  ];
}

/** @param least days that must be left; null: only the end counts */
function certificateColumn(least: number | null): Column<MonitorCell> {
  return {
    key: 'certificate',
    head: names.certificate,
    sort: ({ certificateDays }) => certificateDays,
    cell: ({ certificateDays: days }) => {
      if (days === null) return text.noCertificate;
      const said = text.certificate(days);
      if (days < 0) return <Tag tone="bad">{said}</Tag>;
      return least !== null && days < least ? <Tag tone="limited">{said}</Tag> : said;
    },
  };
}
