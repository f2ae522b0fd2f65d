import { IconCheck, IconX } from '@tabler/icons-react';
import type { RunSummary } from '../../../contract/runs.ts';
import { words } from '../words.ts';
import classes from './run-table.module.css';

/** Which paths a visit connected over: icon and word. */
export function AttemptMarks({ attempts }: { attempts: RunSummary['attempts'] }) {
  return (
    <div className={classes['marks']}>
      {attempts.map(({ path, rung, succeeded }, index) => {
        const Icon = succeeded ? IconCheck : IconX;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts of a stored run never move
          <span key={index} className={classes['mark']} data-failed={!succeeded}>
            <Icon size={15} aria-hidden />
            {succeeded ? words.runs.worked(words.paths[path]) : words.runs.fellShort(words.paths[path], rung)}
          </span>
        );
      })}
    </div>
  );
}
