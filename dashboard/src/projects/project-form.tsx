import { NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { defaultProject, type ProjectView } from '../../../contract/projects.ts';
import { useSaveProject } from '../api/use-projects.ts';
import { Dialog } from '../panels/dialog.tsx';
import { FormEnd } from '../panels/form-end.tsx';
import { useDraft } from '../panels/use-draft.ts';
import { words } from '../words.ts';
import { draftOf, quotaNames, toChange } from './project-draft.ts';

const text = words.projectForm;

interface ProjectFormProps {
  /** Null: a new one. */
  readonly project: ProjectView | null;
  readonly onClose: () => void;
}

export function ProjectForm({ project, onClose }: ProjectFormProps) {
  const { draft, set, touch, isTouched } = useDraft(() => draftOf(project));
  const save = useSaveProject();
  const noName = draft.name.trim() === '';

  function submit(event: FormEvent): void {
    event.preventDefault();
    touch(['name']);
    const change = toChange(draft);
    if (change !== null) save.mutate({ id: project?.id ?? null, change }, { onSuccess: onClose });
  }

  return (
    <Dialog title={project === null ? text.addTitle : text.editTitle} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={text.name}
            value={draft.name}
            onChange={({ currentTarget }) => set({ name: currentTarget.value })}
            error={isTouched('name') && noName ? text.noName : null}
            maxLength={100}
            required
            data-autofocus
          />
          {quotaNames.map((name) => (
            <NumberInput
              key={name}
              label={text[name]}
              placeholder={text.noLimit}
              value={draft[name]}
              onChange={(value) => set({ [name]: String(value) })}
              min={name === 'storedDays' ? 1 : 0}
              max={name === 'storedDays' ? 36_500 : 1_000_000_000}
              allowDecimal={false}
            />
          ))}
          {project !== null && project.id !== defaultProject && (
            <Switch
              label={text.archived}
              description={text.archivedHint}
              checked={draft.archived}
              onChange={({ currentTarget }) => set({ archived: currentTarget.checked })}
            />
          )}
          <FormEnd
            error={save.error}
            failed={text.failed}
            submit={project === null ? text.add : text.save}
            busy={save.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
