import type { LabCall } from '../../../contract/lab-call.ts';
import { words } from '../words.ts';
import classes from './lab.module.css';

/** The call from its start to its end: a line for each step, hatched where no messages flowed both ways. */
export function CallStrip({ call: { events, lastedMs } }: { call: LabCall }) {
  const percent = (ms: number) => `${Math.min(100, (100 * ms) / Math.max(1, lastedMs))}%`;
  const gaps = events.flatMap(({ atMs, outcome, recoverMs }) =>
    outcome === 'uninterrupted' ? [] : [{ atMs, forMs: recoverMs ?? lastedMs - atMs }],
  );
  return (
    <div
      className={classes['strip']}
      role="img"
      aria-label={words.lab.calls.strip(words.lab.calls.finding(events))}
    >
      {gaps.map(({ atMs, forMs }) => (
        <span key={atMs} className={classes['gap']} style={{ left: percent(atMs), width: percent(forMs) }} />
      ))}
      {events.map(({ atMs, do: what }) => (
        <span key={`${atMs} ${what}`} className={classes['event']} style={{ left: percent(atMs) }} />
      ))}
    </div>
  );
}
