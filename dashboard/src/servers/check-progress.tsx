import { Progress } from '@mantine/core';
import type { TurnCheckView } from '../live/use-turn-check.ts';
import { words } from '../words.ts';
import classes from './servers.module.css';

/** How far a check is, and how it ended where it did not end well. URLs are announced, single checks are not. */
export function CheckProgress({ check: { state, problem } }: { check: TurnCheckView }) {
  const running = state?.state === 'running' ? state : null;
  return (
    <div>
      <div role="status" className={classes['progress']}>
        {running !== null && words.serverChecks.running(running.uri, running.urisDone, running.uris)}
        {state?.state === 'done' && words.serverChecks.ended(state.runs.length)}
        {state?.state === 'failed' && `${words.serverChecks.failed}: ${state.problems.join(' ')}`}
        {problem?.message}
      </div>
      {running !== null && (
        <>
          <Progress
            value={running.checks === 0 ? 0 : (100 * running.checksDone) / running.checks}
            size="sm"
            aria-label={words.serverChecks.running(running.uri, running.urisDone, running.uris)}
          />
          <span className={`number ${classes['meta']}`}>
            {words.serverChecks.progress(running.checksDone, running.checks)}
          </span>
        </>
      )}
    </div>
  );
}
