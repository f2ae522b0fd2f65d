import { Checkbox, NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { NewLink } from '../../../contract/links.ts';
import { useCreateLink } from '../api/use-create-link.ts';
import { useServers } from '../api/use-servers.ts';
import { Dialog } from '../panels/dialog.tsx';
import { FormEnd } from '../panels/form-end.tsx';
import { Notice } from '../panels/notice.tsx';
import { words } from '../words.ts';
import { type LinkDraft, linkProblems, newLink, toLinkInput, withPasswords } from './link-draft.ts';

interface LinkFormProps {
  readonly onMade: (made: NewLink) => void;
  readonly onClose: () => void;
}

const text = words.linkForm;

export function LinkForm({ onMade, onClose }: LinkFormProps) {
  const [draft, setDraft] = useState(newLink);
  const [sent, setSent] = useState(false);
  const create = useCreateLink();
  const servers = useServers();
  const enabled = (servers.data ?? []).filter((server) => server.enabled);
  const problems = linkProblems(draft);
  const exposed = withPasswords(draft, enabled);
  const set = (part: Partial<LinkDraft>) => setDraft({ ...draft, ...part });

  function submit(event: FormEvent): void {
    event.preventDefault();
    setSent(true);
    if (problems.label !== null || problems.servers !== null) return;
    create.mutate(toLinkInput(draft), { onSuccess: onMade });
  }

  return (
    <Dialog title={text.title} size="lg" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={text.label}
            description={text.labelHint}
            value={draft.label}
            onChange={({ currentTarget }) => set({ label: currentTarget.value })}
            error={sent ? problems.label : null}
            maxLength={100}
            required
            data-autofocus
          />
          <NativeSelect
            label={text.lifetime}
            data={text.lifetimes.map((each) => ({ ...each }))}
            value={String(draft.lifetimeHours)}
            onChange={({ currentTarget }) => set({ lifetimeHours: Number(currentTarget.value) })}
          />
          <Radio.Group
            label={text.servers}
            value={draft.servers === null ? 'all' : 'some'}
            onChange={(choice) => set({ servers: choice === 'all' ? null : [] })}
            error={sent ? problems.servers : null}
          >
            <Stack gap="xs" mt={6}>
              <Radio value="all" label={text.allServers} />
              <Radio value="some" label={text.someServers} />
            </Stack>
          </Radio.Group>
          {draft.servers !== null && (
            <Checkbox.Group
              aria-label={text.someServers}
              value={[...draft.servers]}
              onChange={(chosen) => set({ servers: chosen })}
            >
              <Stack gap="xs" pl="md">
                {enabled.map(({ id, label, urls }) => (
                  <Checkbox key={id} value={id} label={label} description={urls.join(', ')} />
                ))}
              </Stack>
            </Checkbox.Group>
          )}
          {exposed.length > 0 && (
            <Notice tone="limited" title={text.passwordWarning(exposed.map(({ label }) => label))} />
          )}
          <Textarea
            label={text.consent}
            description={text.consentHint}
            value={draft.consent}
            onChange={({ currentTarget }) => set({ consent: currentTarget.value })}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={2000}
          />
          <TextInput
            label={text.contact}
            description={text.contactHint}
            value={draft.contact}
            onChange={({ currentTarget }) => set({ contact: currentTarget.value })}
            maxLength={300}
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
