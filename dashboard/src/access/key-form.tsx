import { NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import type { NewKey } from '../../../contract/access/keys.ts';
import { mayDo, roles } from '../../../contract/access.ts';
import { useCreateKey } from '../api/use-keys.ts';
import { useMe } from '../api/use-me.ts';
import { Dialog } from '../panels/dialog.tsx';
import { FormEnd } from '../panels/form-end.tsx';
import { useDraft } from '../panels/use-draft.ts';
import { words } from '../words.ts';
import { nameProblem, newKey, toKeyInput } from './key-draft.ts';

const text = words.keyForm;

interface KeyFormProps {
  readonly onMade: (made: NewKey) => void;
  readonly onClose: () => void;
}

export function KeyForm({ onMade, onClose }: KeyFormProps) {
  const { draft, set, touch, isTouched } = useDraft(() => newKey);
  const create = useCreateKey();
  const own = useMe().data?.role ?? null;
  const problem = nameProblem(draft);

  function submit(event: FormEvent): void {
    event.preventDefault();
    touch(['name']);
    if (problem === null) create.mutate(toKeyInput(draft), { onSuccess: onMade });
  }

  return (
    <Dialog title={text.title} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={text.name}
            description={text.nameHint}
            value={draft.name}
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
            error={isTouched('name') ? problem : null}
            maxLength={100}
            required
            data-autofocus
          />
          <Radio.Group
            label={text.role}
            value={draft.role}
            onChange={(value) => set({ role: roles.find((role) => role === value) ?? draft.role })}
          >
            <Stack gap="xs" mt={6}>
              {roles
                .filter((role) => mayDo(own, role))
                .map((role) => (
                  <Radio
                    key={role}
                    value={role}
                    label={words.roles.names[role]}
                    description={words.roles.means[role]}
                  />
                ))}
            </Stack>
          </Radio.Group>
          <NativeSelect
            label={text.lifetime}
            description={draft.lifetimeDays === null ? text.forEverHint : undefined}
            data={text.lifetimes.map((each) => ({ ...each }))}
            value={String(draft.lifetimeDays ?? '')}
            onChange={({ currentTarget }) =>
              set({ lifetimeDays: currentTarget.value === '' ? null : Number(currentTarget.value) })
            }
          />
          <FormEnd
            error={create.error}
            failed={text.failed}
            submit={text.submit}
            busy={create.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
