import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';
import { type Rung, rungs } from '../../../contract/basics.ts';
import { words } from '../words.ts';
import classes from './attempt.module.css';
import { type RungState, rungStates } from './rung-states.ts';

const icons = { reached: IconCheck, missed: IconX, beyond: IconMinus } as const satisfies Record<
  RungState,
  unknown
>;

/** S0…S7 as steps: reached, not reached, or not part of this attempt. */
export function Ladder({ rung, wanted }: { rung: Rung; wanted: Rung }) {
  const states = rungStates(rung, wanted);
  return (
    <div>
      <h3>{words.attempt.ladder}</h3>
      <ol className={classes['ladder']}>
        {rungs.flatMap((name) => {
          if (name === 'none') return [];
          const state = states[name];
          const Icon = icons[state];
          return [
            <li key={name} className={classes['rung']} data-state={state}>
              <Icon size={16} aria-hidden />
              <span className={classes['rungCode']}>{name}</span>
              <span className={classes['rungName']}>{words.rungs[name].name}</span>
              <span className={classes['rungState']}>
                {words.attempt.rungStates[state]}
                {name === wanted && `, ${words.attempt.wanted}`}
              </span>
            </li>,
          ];
        })}
      </ol>
    </div>
  );
}
