import { Button, NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words.ts';
import classes from './filter-bar.module.css';

interface FilterBarProps {
  /** What is filtered. */
  readonly title: string;
  /** Takes all filters away; absent: there are none. */
  readonly clear?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** Filters side by side, as many as have room. */
export function FilterBar({ title, clear, children }: FilterBarProps) {
  return (
    <search aria-label={title}>
      <div className={classes['filters']}>{children}</div>
      {clear !== undefined && (
        <Button size="compact-sm" variant="subtle" onClick={clear}>
          {words.runs.clear}
        </Button>
      )}
    </search>
  );
}

export interface FilterChoice {
  readonly value: string;
  readonly label: string;
}

interface FilterSelectProps {
  readonly label: string;
  readonly value: string;
  readonly data: readonly FilterChoice[];
  /** undefined: any. */
  readonly change: (value: string | undefined) => void;
}

/** The choice that filters nothing. */
export const anyChoice: FilterChoice = { value: '', label: words.runs.filters.any };

export function FilterSelect({ label, value, data, change }: FilterSelectProps) {
  return (
    <NativeSelect
      label={label}
      data={data.map((each) => ({ ...each }))}
      value={value}
      onChange={({ currentTarget }) => change(currentTarget.value || undefined)}
    />
  );
}
