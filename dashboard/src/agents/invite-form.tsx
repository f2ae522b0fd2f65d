import { NativeSelect, Stack, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import type { NewAgentToken } from '../../../contract/fleet/agent.ts';
import { useInviteAgent } from '../api/use-agents.ts';
import { Dialog } from '../panels/dialog.tsx';
import { FormEnd } from '../panels/form-end.tsx';
import { useDraft } from '../panels/use-draft.ts';
import { words } from '../words.ts';
import { inviteProblems, newInvite, toTokenInput } from './invite-draft.ts';

const text = words.inviteForm;

interface InviteFormProps {
  readonly onMade: (made: NewAgentToken) => void;
  readonly onClose: () => void;
}

export function InviteForm({ onMade, onClose }: InviteFormProps) {
  const { draft, set, touch, isTouched } = useDraft(() => newInvite);
  const invite = useInviteAgent();
  const problems = inviteProblems(draft);
  const shown = (name: keyof typeof problems) => (isTouched(name) ? problems[name] : null);

  function submit(event: FormEvent): void {
    event.preventDefault();
    touch(Object.keys(problems));
    if (problems.label !== null || problems.region !== null) return;
    invite.mutate(toTokenInput(draft), { onSuccess: onMade });
  }

  return (
    <Dialog title={text.title} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={text.label}
            description={text.labelHint}
            value={draft.label}
            onChange={({ currentTarget }) => set({ label: currentTarget.value })}
            error={shown('label')}
            maxLength={100}
            required
            data-autofocus
          />
          <TextInput
            label={text.region}
            description={text.regionHint}
            value={draft.region}
            onChange={({ currentTarget }) => set({ region: currentTarget.value })}
            error={shown('region')}
            maxLength={40}
            spellCheck={false}
            autoCapitalize="none"
          />
          <NativeSelect
            label={text.lifetime}
            data={text.lifetimes.map((each) => ({ ...each }))}
            value={String(draft.lifetimeHours)}
            onChange={({ currentTarget }) => set({ lifetimeHours: Number(currentTarget.value) })}
          />
          <FormEnd
            error={invite.error}
            failed={text.failed}
            submit={text.submit}
            busy={invite.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
