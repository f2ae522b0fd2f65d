import type { Failure } from '../../../contract/failures.ts';
import { words } from '../words.ts';
import classes from './run.module.css';

/** Cause, who is to blame, and what to do next. */
export function FailureText({ failure }: { failure: Failure }) {
  return (
    <div className={classes['failure']}>
      <p>{failure.message}</p>
      <p className={classes['note']}>
        <strong>{words.failure.blame[failure.blame]}</strong> {failure.next}{' '}
        <span className="mono">{failure.code}</span>
      </p>
    </div>
  );
}
