import { Progress as ProgressBar } from '@mantine/core';
import type { RefObject } from 'react';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';
import classes from './compare.module.css';
import { outcomeTones } from './results/runs-table.tsx';
import type { Progress } from './tab/tab-comparison.ts';
import type { ComparisonState } from './tab/use-comparison.ts';

const text = words.compare.progress;

interface ProgressPanelProps {
  readonly state: ComparisonState;
  readonly participants: number;
  /** Where the participants are shown. */
  readonly place: RefObject<HTMLDivElement | null>;
}

/** What is being run, and its participants at work. */
export function ProgressPanel({ state, participants, place }: ProgressPanelProps) {
  const progress = state.kind === 'running' ? state.progress : null;
  const planned = progress?.planned.length ?? 1;
  return (
    <Panel title={text.title} hint={text.leave}>
      <p role="status" className={classes['status']}>
        {state.kind === 'saving' ? text.saving : progress === null ? words.state.loading : whatRuns(progress)}
      </p>
      <ProgressBar
        value={state.kind === 'saving' ? 100 : (100 * (progress?.at ?? 0)) / planned}
        aria-label={text.title}
        mb="md"
      />
      {progress !== null && (
        <>
          <p className={classes['status']}>{text.participants(progress.reported, participants)}</p>
          <ul className={classes['facts']}>
            {progress.runs.map(({ path, repeat, attempt, outcome }) => (
              <li key={`${path} ${repeat} ${attempt}`}>
                <Tag tone={outcomeTones[outcome]}>
                  {`${words.comparePaths[path]} ${words.compare.runs.name(repeat, attempt)}: ${words.compare.outcomes[outcome]}`}
                </Tag>
              </li>
            ))}
          </ul>
        </>
      )}
      <div ref={place} className={classes['frames']} />
    </Panel>
  );
}

function whatRuns({ planned, at }: Progress): string {
  const run = planned[at];
  return run === undefined ? '' : text.at(at + 1, planned.length, words.comparePaths[run.path], run.repeat);
}
