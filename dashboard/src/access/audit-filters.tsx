import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { operationName } from '../format/operation-name.ts';
import { anyChoice, FilterBar, FilterSelect } from '../search/filter-bar.tsx';
import { timeRanges } from '../search/time-range.ts';
import { words } from '../words.ts';
import {
  type AuditFilter,
  auditOperations,
  auditOutcomes,
  isAuditFiltered,
  noAuditFilter,
} from './audit-filter.ts';

const text = words.audit;

const operationChoices = [
  anyChoice,
  ...auditOperations.map((value) => ({ value, label: operationName(value) })),
];
const outcomeChoices = [anyChoice, ...auditOutcomes.map((value) => ({ value, label: text.outcomes[value] }))];
const timeChoices = [
  { value: '', label: words.runs.filters.anyTime },
  ...timeRanges.map((value) => ({ value, label: words.ranges[value] })),
];

interface AuditFiltersProps {
  readonly filter: AuditFilter;
  readonly change: (part: Partial<AuditFilter>) => void;
}

export function AuditFilters({ filter, change }: AuditFiltersProps) {
  return (
    <FilterBar title={text.filter} clear={isAuditFiltered(filter) ? () => change(noAuditFilter) : undefined}>
      <Who value={filter.who ?? ''} change={(who) => change({ who: who === '' ? undefined : who })} />
      <FilterSelect
        label={names.what}
        value={filter.operation ?? ''}
        data={operationChoices}
        change={(value) => change({ operation: auditOperations.find((known) => known === value) })}
      />
      <FilterSelect
        label={names.outcome}
        value={filter.outcome ?? ''}
        data={outcomeChoices}
        change={(value) => change({ outcome: auditOutcomes.find((known) => known === value) })}
      />
      <FilterSelect
        label={words.runs.filters.time}
        value={filter.range ?? ''}
        data={timeChoices}
        change={(value) => change({ range: timeRanges.find((known) => known === value) })}
      />
    </FilterBar>
  );
}

const { columns: names } = text;

/** Typing changes the URL after a pause; a change of the URL changes the text. */
function Who({ value, change }: { value: string; change: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const changeSoon = useDebouncedCallback(change, 250);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      type="search"
      label={names.who}
      placeholder={text.whoHint}
      maxLength={100}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        changeSoon(currentTarget.value.trim());
      }}
    />
  );
}
