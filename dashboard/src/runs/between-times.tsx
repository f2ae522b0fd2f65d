import { TextInput } from '@mantine/core';
import { words } from '../words.ts';
import classes from './run-table.module.css';

interface BetweenTimesProps {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly change: (part: { since?: string | undefined; until?: string | undefined }) => void;
}

/** Two local times; the URL carries them with their zone. */
export function BetweenTimes({ since, until, change }: BetweenTimesProps) {
  return (
    <div className={classes['between']}>
      <TextInput
        type="datetime-local"
        label={words.runs.filters.since}
        value={toLocalInput(since)}
        onChange={({ currentTarget }) => change({ since: fromLocalInput(currentTarget.value) })}
      />
      <TextInput
        type="datetime-local"
        label={words.runs.filters.until}
        value={toLocalInput(until)}
        onChange={({ currentTarget }) => change({ until: fromLocalInput(currentTarget.value) })}
      />
    </div>
  );
}

/** ISO time → `2026-11-20T14:30`, in the reader’s zone, as the input wants it. */
function toLocalInput(iso: string | undefined): string {
  if (iso === undefined) return '';
  const time = new Date(iso);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

function fromLocalInput(text: string): string | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
