import { Checkbox, NativeSelect, Stack } from '@mantine/core';
import { type ComparePath, comparePaths, pathKindOf } from '../../../contract/compare-path.ts';
import { words } from '../words.ts';
import classes from './compare.module.css';
import {
  bitrates,
  frameRates,
  holds,
  mostParticipants,
  mostRepeats,
  type PlanSearch,
  pictures,
  planSearchSchema,
} from './plan-search.ts';

const text = words.compare.plan;

interface PlanFormProps {
  readonly search: PlanSearch;
  readonly change: (part: Partial<PlanSearch>) => void;
  readonly offered: readonly ComparePath[];
  readonly chosen: readonly ComparePath[];
  readonly disabled: boolean;
}

export function PlanForm({ search, change, offered, chosen, disabled }: PlanFormProps) {
  // The schema reads what a select holds, which is always text.
  const set = (part: Record<string, string | undefined>) =>
    change(planSearchSchema.parse({ ...search, ...part }));
  const select = (
    name: Exclude<keyof PlanSearch, 'paths'>,
    label: string,
    options: readonly { readonly value: string; readonly label: string }[],
  ) => (
    <NativeSelect
      label={label}
      data={options.map((each) => ({ ...each }))}
      value={String(search[name])}
      onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
      disabled={disabled}
    />
  );
  return (
    <Stack gap="md">
      <div className={classes['fields']}>
        {select('n', text.participants, upTo(2, mostParticipants))}
        {select(
          'picture',
          text.picture,
          named(pictures, (size) => size.replace('x', '×')),
        )}
        {select('fps', text.fps, named(frameRates, String))}
        {select(
          'kbps',
          text.kbps,
          named(bitrates, (kbps) => text.kbpsOf(Number(kbps))),
        )}
        {select('sound', text.sound, [
          { value: 'yes', label: text.sounds.yes },
          { value: 'no', label: text.sounds.no },
        ])}
        {select(
          'hold',
          text.hold,
          named(holds, (sec) => text.seconds(Number(sec))),
        )}
        {select('repeats', text.repeats, upTo(1, mostRepeats))}
      </div>
      <Checkbox.Group
        label={text.paths}
        value={[...chosen]}
        onChange={(paths) => set({ paths: comparePaths.filter((path) => paths.includes(path)).join(',') })}
        error={chosen.length === 0 ? text.noPath : null}
      >
        <div className={classes['paths']}>
          {comparePaths.map((path) => {
            const problem = problemOf(path, offered, search);
            return (
              <Checkbox
                key={path}
                value={path}
                label={words.comparePaths[path]}
                description={problem}
                disabled={disabled || problem !== null}
              />
            );
          })}
        </div>
      </Checkbox.Group>
    </Stack>
  );
}

/** Why a path cannot be chosen; null: it can. */
function problemOf(path: ComparePath, offered: readonly ComparePath[], { sound }: PlanSearch): string | null {
  const { missing } = text;
  if (path === 'mcu' && sound === 'no') return missing.silent;
  if (offered.includes(path) || path === 'mesh') return null;
  if (path === 'sfu' || path === 'sfu-janus' || path === 'mcu') return missing[path];
  return pathKindOf(path) === 'relay' ? missing.relay : null;
}

function upTo(first: number, last: number) {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const value = String(first + index);
    return { value, label: value };
  });
}

function named<T extends string>(values: readonly T[], name: (value: T) => string) {
  return values.map((value) => ({ value, label: name(value) }));
}
