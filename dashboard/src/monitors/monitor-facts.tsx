import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { words } from '../words.ts';
import classes from './monitors.module.css';

const text = words.monitors;

/** What it measures, how often, and whom it tells. */
export function MonitorFacts({ monitor }: { monitor: MonitorView }) {
  const { paused, public: isPublic, webhook } = monitor;
  const facts = [
    `${text.what(monitor)}, ${text.often(monitor)}`,
    ...(paused ? [text.paused] : []),
    ...(webhook === null ? [] : [text.alerts(webhook.url)]),
  ];
  return (
    <span className={classes['facts']}>
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
      {isPublic && (
        <a href="/status" className={classes['link']}>
          {text.public}
        </a>
      )}
    </span>
  );
}
