import { Checkbox, Group, NativeSelect, Radio, Stack } from '@mantine/core';
import { transports } from '../../../contract/basics.ts';
import { monitorKinds } from '../../../contract/fleet/monitor.ts';
import type { ServerView } from '../../../contract/servers.ts';
import { words } from '../words.ts';
import { type DraftFields, DraftText } from './draft-fields.tsx';

const text = words.monitorForm;
const pairPaths = ['mesh', 'relay'] as const;
const intervals = [30, 60, 300, 900, 3600, 21_600, 86_400];

interface MeasureFieldsProps {
  readonly fields: DraftFields;
  readonly servers: readonly ServerView[];
  /** Where agents are. */
  readonly regions: readonly string[];
}

/** What is measured, of which server, from where, and how often. */
export function MeasureFields({ fields, servers, regions }: MeasureFieldsProps) {
  const { draft, set, problem } = fields;
  const stops = [...new Set([...intervals, draft.intervalSec])].toSorted((a, b) => a - b);
  return (
    <>
      <Radio.Group
        label={text.kind}
        value={draft.kind}
        onChange={(kind) => set({ kind: monitorKinds.find((known) => known === kind) ?? 'probe' })}
      >
        <Stack gap="xs" mt={6}>
          {monitorKinds.map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={text.kinds[kind].name}
              description={text.kinds[kind].means}
            />
          ))}
        </Stack>
      </Radio.Group>
      {draft.kind === 'mesh' ? (
        <Choices
          label={text.paths}
          names={text.pathNames}
          values={pairPaths}
          chosen={draft.paths}
          problem={problem('paths')}
          onChange={(paths) => set({ paths })}
        />
      ) : (
        <>
          <NativeSelect
            label={text.server}
            data={[
              { value: '', label: text.noServer },
              ...servers.map(({ id, label }) => ({ value: id, label })),
            ]}
            value={draft.server}
            onChange={({ currentTarget }) => set({ server: currentTarget.value })}
            error={problem('server')}
            required
          />
          <Choices
            label={text.transports}
            names={words.transports}
            values={transports}
            chosen={draft.transports}
            problem={problem('transports')}
            onChange={(chosen) => set({ transports: chosen })}
          />
        </>
      )}
      <DraftText
        fields={fields}
        name="regions"
        label={text.regions}
        hint={text.regionsHint(regions)}
        required
      />
      <NativeSelect
        label={text.interval}
        data={stops.map((sec) => ({ value: String(sec), label: text.every(sec) }))}
        value={String(draft.intervalSec)}
        onChange={({ currentTarget }) => set({ intervalSec: Number(currentTarget.value) })}
      />
    </>
  );
}

interface ChoicesProps<T extends string> {
  readonly label: string;
  readonly names: Readonly<Record<T, string>>;
  readonly values: readonly T[];
  readonly chosen: readonly T[];
  readonly problem: string | null;
  readonly onChange: (chosen: readonly T[]) => void;
}

/** Some of a few, in their own order. */
function Choices<T extends string>({ label, names, values, chosen, problem, onChange }: ChoicesProps<T>) {
  return (
    <Checkbox.Group
      label={label}
      value={[...chosen]}
      onChange={(ticked) => onChange(values.filter((value) => ticked.includes(value)))}
      error={problem}
      required
    >
      <Group gap="lg" mt={6}>
        {values.map((value) => (
          <Checkbox key={value} value={value} label={names[value]} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
