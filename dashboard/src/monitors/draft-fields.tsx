import { TextInput } from '@mantine/core';
import type { MonitorDraft, MonitorField } from './monitor-draft.ts';

/** What the parts of the monitor form share. */
export interface DraftFields {
  readonly draft: MonitorDraft;
  readonly set: (part: Partial<MonitorDraft>) => void;
  /** What is wrong with a field, once it was touched. */
  readonly problem: (field: MonitorField) => string | null;
}

type TextField = {
  [K in MonitorField]: MonitorDraft[K] extends string ? K : never;
}[MonitorField];

interface DraftTextProps {
  readonly fields: DraftFields;
  readonly name: TextField;
  readonly label: string;
  readonly hint?: string;
  readonly isNumber?: boolean;
  readonly required?: boolean;
  readonly first?: boolean;
}

/** A line of text of the draft, with what is wrong with it below. */
export function DraftText({ fields, name, label, hint, isNumber, required, first }: DraftTextProps) {
  return (
    <TextInput
      label={label}
      description={hint}
      value={fields.draft[name]}
      onChange={({ currentTarget }) => fields.set({ [name]: currentTarget.value })}
      error={fields.problem(name)}
      inputMode={isNumber === true ? 'numeric' : 'text'}
      maxLength={500}
      required={required ?? false}
      spellCheck={false}
      autoComplete="off"
      data-autofocus={first}
    />
  );
}
