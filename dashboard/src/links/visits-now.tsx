import { useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import type { LinkView, VisitStep } from '../../../contract/links.ts';
import { useLive } from '../live/live-provider.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import type { Tone } from '../panels/tone.ts';
import { words } from '../words.ts';
import classes from './links.module.css';

const tones: Readonly<Record<VisitStep['status'], Tone>> = {
  running: 'info',
  ok: 'good',
  warned: 'limited',
  failed: 'bad',
  skipped: 'unknown',
};
const text = words.visitsNow;

/** Nothing, until the first visitor begins. */
export function VisitsNow({ links }: { links: readonly LinkView[] }) {
  const { visits: board } = useLive();
  const visits = useSyncExternalStore(board.subscribe, board.visits);
  if (visits.length === 0) return null;
  return (
    <Panel title={text.title} hint={text.hint}>
      <ul className={classes['now']}>
        {visits.map(({ visit, link, steps, run }) => (
          <li key={visit} className={classes['visit']}>
            <strong>{text.by(links.find(({ id }) => id === link)?.label ?? text.unknownLink)}</strong>
            <ol className={classes['steps']}>
              {steps.map(({ step, status }) => (
                <li key={step}>
                  <Tag tone={tones[status]}>{`${text.step(step)}: ${text.statuses[status]}`}</Tag>
                </li>
              ))}
            </ol>
            {run !== null && (
              <Link href={`/runs/${run}`} className={classes['visits']}>
                {text.open}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
