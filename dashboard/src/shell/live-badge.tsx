import { IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react';
import { useLive } from '../live/live-provider.tsx';
import { words } from '../words.ts';
import classes from './shell.module.css';

/** Are new reports shown as they come in? Announces each new one to screen readers. */
export function LiveBadge() {
  const { state, latestRun } = useLive();
  const Icon = state === 'live' ? IconPlugConnected : IconPlugConnectedX;
  return (
    <div role="status" className={classes['status']}>
      <span className={classes['live']} data-state={state} title={words.live.hint[state]}>
        <Icon size={16} aria-hidden />
        {words.live.state[state]}
      </span>
      {latestRun !== null && (
        <span className="visually-hidden">{words.live.newRun(latestRun.headline.sentence)}</span>
      )}
    </div>
  );
}
