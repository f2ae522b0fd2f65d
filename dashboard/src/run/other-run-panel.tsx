import { NativeSelect, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { RunSummary } from '../../../contract/runs.ts';
import { formatMoment } from '../format/moment.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import classes from './run.module.css';

interface OtherRun {
  readonly value: string;
  readonly label: string;
}

/** A run that can be chosen; by its source reports of other places are told apart. */
export function otherRun({ id, at, source, headline }: RunSummary): OtherRun {
  return { value: id, label: words.run.other(formatMoment(at), source, words.status[headline.status]) };
}

interface OtherRunPanelProps {
  /** Title and hint of the panel, label of the choice, text of the link. */
  readonly text: Readonly<Record<'title' | 'hint' | 'compare' | 'open', string>>;
  readonly others: readonly OtherRun[];
  /** Id of the run that this one is compared with. */
  readonly chosen: string;
  readonly choose: (id: string) => void;
  /** What came of the comparison. */
  readonly children: ReactNode;
}

/** A run beside another one that the reader chooses. */
export function OtherRunPanel({ text, others, chosen, choose, children }: OtherRunPanelProps) {
  return (
    <Panel
      title={text.title}
      hint={text.hint}
      actions={
        <Link href={`/runs/${chosen}`} className={classes['open']}>
          {text.open}
        </Link>
      }
    >
      <Stack gap="sm">
        <NativeSelect
          label={text.compare}
          maw="36rem"
          data={[...others]}
          value={chosen}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
        {children}
      </Stack>
    </Panel>
  );
}
