import { Link } from 'wouter';
import { formatMs, formatShare } from '../format/measure.ts';
import { monitorTones } from '../monitors/monitor-tones.ts';
import classes from '../monitors/monitors.module.css';
import type { RegionCell, RegionPair } from '../monitors/pair-verdict.ts';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Dialog } from '../panels/dialog.tsx';
import { Tag } from '../panels/tag.tsx';
import { FailureText } from '../run/failure-text.tsx';
import { words } from '../words.ts';

const { columns: names, ...text } = words.regions;
const { paths, states, interval, evidence, nothingMeasured } = words.monitors;

const wayOf = ({ path }: RegionCell) => (path === null ? '' : paths[path]);

const columns: readonly Column<RegionCell>[] = [
  { key: 'path', head: names.path, cell: (cell) => <strong>{wayOf(cell)}</strong> },
  {
    key: 'state',
    head: names.state,
    cell: ({ state, lastFailure, rate }) => (
      <div className={classes['failure']}>
        <Tag tone={monitorTones[state]}>{states[state]}</Tag>
        {rate.attempts === 0 && <p>{text.noResult}</p>}
        {state !== 'up' && lastFailure !== null && <FailureText failure={lastFailure.failure} />}
      </div>
    ),
  },
  {
    key: 'success',
    head: names.success,
    cell: ({ rate }) =>
      rate.attempts === 0 ? (
        nothingMeasured
      ) : (
        <div className={classes['state']}>
          <strong className="number">{formatShare(rate.rate)}</strong>
          <span className={classes['soft']}>{interval(rate)}</span>
        </div>
      ),
  },
  { key: 'latency', head: names.latency, cell: ({ p50Ms }) => formatMs(p50Ms) },
  { key: 'last', head: names.last, cell: ({ lastAt }) => (lastAt === null ? '–' : <Ago at={lastAt} />) },
  {
    key: 'evidence',
    head: names.evidence,
    cell: (cell) => (
      <div className={classes['state']}>
        {cell.run !== null && (
          <Link
            href={`/runs/${cell.run}`}
            className={classes['link']}
            aria-label={words.monitors.evidenceOf(cell)}
          >
            {evidence}
          </Link>
        )}
        <Link
          href={`/monitors/${cell.monitor}`}
          className={classes['link']}
          aria-label={text.monitorOf(wayOf(cell))}
        >
          {text.monitor}
        </Link>
      </div>
    ),
  },
];

/** All that is known of one direction between two regions. */
export function RegionEvidence({ pair, onClose }: { pair: RegionPair; onClose: () => void }) {
  return (
    <Dialog title={text.pair(pair)} size="xl" onClose={onClose}>
      <DataTable
        caption={text.pair(pair)}
        columns={columns}
        rows={pair.cells}
        rowKey={({ monitor, path }) => `${monitor} ${path}`}
      />
    </Dialog>
  );
}
