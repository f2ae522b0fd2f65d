import { Link } from 'wouter';
import type { MonitorEvent } from '../../../contract/fleet/monitor.ts';
import { formatMoment } from '../format/moment.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { FailureText } from '../run/failure-text.tsx';
import { words } from '../words.ts';
import { monitorTones } from './monitor-tones.ts';
import classes from './monitors.module.css';

const text = words.monitor;
const { eventColumns: names } = text;

const columns: readonly Column<MonitorEvent>[] = [
  { key: 'when', head: names.at, cell: ({ at }) => <time dateTime={at}>{formatMoment(at)}</time> },
  { key: 'place', head: names.place, cell: (event) => words.monitors.place(event) },
  {
    key: 'change',
    head: names.change,
    cell: ({ from, to }) => (
      <div className={classes['state']}>
        <Tag tone={monitorTones[to]}>{words.monitors.states[to]}</Tag>
        <span className={classes['soft']}>{text.was(from)}</span>
      </div>
    ),
  },
  {
    key: 'why',
    head: names.why,
    cell: ({ reason, failure }) => (
      <div className={classes['failure']}>
        <p>{reason}</p>
        {failure !== null && <FailureText failure={failure} />}
      </div>
    ),
  },
  {
    key: 'run',
    head: names.run,
    cell: ({ run, ...event }) =>
      run === null ? (
        text.noRun
      ) : (
        <Link
          href={`/runs/${run}`}
          className={classes['link']}
          aria-label={`${words.monitors.evidenceOf(event)}, ${formatMoment(event.at)}`}
        >
          {words.monitors.evidence}
        </Link>
      ),
  },
];

/** When the monitor went down and came back, why, and the report that shows it. */
export function EventsPanel({ events }: { events: readonly MonitorEvent[] }) {
  return (
    <Panel title={text.events} hint={text.eventsHint}>
      {events.length === 0 ? (
        <p className={classes['soft']}>{text.noEvents}</p>
      ) : (
        <DataTable
          caption={text.events}
          columns={columns}
          rows={events}
          rowKey={({ at, region, peer, path, transport, to }) =>
            [at, region, peer, path, transport, to].join(' ')
          }
          maxHeight="40rem"
        />
      )}
    </Panel>
  );
}
