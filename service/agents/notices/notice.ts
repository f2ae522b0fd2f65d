/** What a webhook is told of a change: what, since when, from where, and what mends it. Without addresses and secrets. */
import type { Failure } from '../../../contract/failures.ts';
import type { MonitorNotice, MonitorState } from '../../../contract/fleet/monitor.ts';
import type { StoredCell, StoredMonitor } from '../../store/fleet/monitor-queries.ts';

export interface NoticeParts {
  readonly id: string;
  readonly at: string;
  readonly monitor: StoredMonitor;
  readonly cell: StoredCell;
  readonly from: MonitorState;
  readonly cause: Failure | null;
}

const words: Readonly<Record<MonitorState, string>> = {
  up: 'works again',
  degraded: 'works, but not as expected',
  down: 'does not work',
  unknown: 'is not measured any more',
};

export function noticeOf({ id, at, monitor, cell, from, cause }: NoticeParts): MonitorNotice {
  const { region, peer, path, transport, state, reason, run } = cell;
  const where = peer === null ? `from ${region}` : `from ${region} to ${peer} (${path})`;
  const before = cell.since === null ? '' : ` Before, it had been ${from} since ${cell.since}.`;
  const fix = cause === null ? '' : ` ${cause.next}`;
  return {
    type: 'monitor-state',
    version: 1,
    id,
    at,
    monitor: { id: monitor.id, name: monitor.spec.name },
    ...{ region, peer, path, transport },
    from,
    to: state,
    text: `${monitor.spec.name} ${words[state]} ${where} over ${transport}: ${reason}${fix}${before}`,
    failure: cause,
    page: run === null ? `/monitors/${monitor.id}` : `/runs/${run}`,
  };
}
