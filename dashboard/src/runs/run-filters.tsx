import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { headlineSchema, paths } from '../../../contract/basics.ts';
import { envelopeKinds } from '../../../contract/envelope.ts';
import { timeRanges } from '../search/time-range.ts';
import { words } from '../words.ts';
import { BetweenTimes } from './between-times.tsx';
import type { RunFilter } from './run-filter.ts';
import classes from './run-table.module.css';

interface RunFiltersProps {
  readonly filter: RunFilter;
  readonly change: (part: Partial<RunFilter>) => void;
}

const { filters } = words.runs;
const any = { value: '', label: filters.any };
const kinds = [any, ...envelopeKinds.map((value) => ({ value, label: words.kinds[value] }))];
const states = [
  any,
  ...headlineSchema.shape.status.options.map((value) => ({ value, label: words.status[value] })),
];
const pathOptions = [any, ...paths.map((value) => ({ value, label: words.paths[value] }))];
const times = [
  { value: '', label: filters.anyTime },
  ...timeRanges.map((value) => ({ value, label: words.ranges[value] })),
  { value: 'between', label: filters.between },
];

/** One of `values`, or nothing for “any”. */
function oneOf<T extends string>(values: readonly T[], value: string): T | undefined {
  return values.find((known) => known === value);
}

export function RunFilters({ filter, change }: RunFiltersProps) {
  const [wantsBetween, setWantsBetween] = useState(false);
  const between =
    wantsBetween || (filter.range === undefined && (filter.since ?? filter.until) !== undefined);
  const set = (part: Partial<RunFilter>) => change({ ...part, page: 1 });

  function chooseTime(value: string): void {
    setWantsBetween(value === 'between');
    set({ range: oneOf(timeRanges, value), since: undefined, until: undefined });
  }

  return (
    <search aria-label={filters.title}>
      <div className={classes['filters']}>
        <FreeText value={filter.q ?? ''} change={(q) => set({ q: q === '' ? undefined : q })} />
        <NativeSelect
          label={filters.status}
          data={states}
          value={filter.status ?? ''}
          onChange={({ currentTarget }) =>
            set({ status: oneOf(headlineSchema.shape.status.options, currentTarget.value) })
          }
        />
        <NativeSelect
          label={filters.kind}
          data={kinds}
          value={filter.kind ?? ''}
          onChange={({ currentTarget }) => set({ kind: oneOf(envelopeKinds, currentTarget.value) })}
        />
        <NativeSelect
          label={filters.path}
          data={pathOptions}
          value={filter.path ?? ''}
          onChange={({ currentTarget }) => set({ path: oneOf(paths, currentTarget.value) })}
        />
        <NativeSelect
          label={filters.time}
          data={times}
          value={between ? 'between' : (filter.range ?? '')}
          onChange={({ currentTarget }) => chooseTime(currentTarget.value)}
        />
      </div>
      {between && <BetweenTimes since={filter.since} until={filter.until} change={set} />}
    </search>
  );
}

/** Typing changes the URL after a pause; a change of the URL changes the text. */
function FreeText({ value, change }: { value: string; change: (text: string) => void }) {
  const [text, setText] = useState(value);
  const changeSoon = useDebouncedCallback(change, 250);
  useEffect(() => setText(value), [value]);
  return (
    <TextInput
      type="search"
      label={filters.text}
      placeholder={filters.textHint}
      maxLength={100}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        changeSoon(currentTarget.value.trim());
      }}
    />
  );
}
