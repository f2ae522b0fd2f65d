import { PasswordInput, Radio, Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { FormEvent } from 'react';
import { type ServerView, serverAuths } from '../../../contract/servers.ts';
import { useSaveServer } from '../api/use-save-server.ts';
import { Dialog } from '../panels/dialog.tsx';
import { FormEnd } from '../panels/form-end.tsx';
import { useDraft } from '../panels/use-draft.ts';
import { words } from '../words.ts';
import { type DraftProblems, draftOf, draftProblems, isSendable, toInput } from './server-draft.ts';

interface ServerFormProps {
  /** null: a new one. */
  readonly server: ServerView | null;
  readonly onClose: () => void;
}

const text = words.serverForm;

/** Adds or edits a server. Problems show as soon as a field was touched; the stored secret never comes here. */
export function ServerForm({ server, onClose }: ServerFormProps) {
  const { draft, set, touch, isTouched } = useDraft(() => draftOf(server));
  const save = useSaveServer();
  const keepsCredential = server?.hasCredential === true && server.auth === draft.auth;
  const problems = draftProblems(draft, keepsCredential);
  const shown = (name: keyof DraftProblems) => (isTouched(name) ? problems[name] : null);

  function submit(event: FormEvent): void {
    event.preventDefault();
    touch(Object.keys(problems));
    if (!isSendable(problems)) return;
    save.mutate(
      { id: server?.id ?? null, input: toInput(draft) },
      {
        onSuccess: () => {
          notifications.show({ message: server === null ? text.added : text.saved });
          onClose();
        },
      },
    );
  }

  return (
    <Dialog title={server === null ? text.addTitle : text.editTitle} size="lg" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput
            label={text.label}
            value={draft.label}
            onChange={({ currentTarget }) => set({ label: currentTarget.value })}
            error={shown('label')}
            maxLength={100}
            required
            data-autofocus
          />
          <Textarea
            label={text.urls}
            description={text.urlsHint}
            placeholder={text.urlsExample}
            value={draft.urls}
            onChange={({ currentTarget }) => set({ urls: currentTarget.value })}
            error={shown('urls')}
            autosize
            minRows={2}
            maxRows={10}
            spellCheck={false}
            autoCapitalize="none"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            required
          />
          <Radio.Group
            label={text.auth}
            value={draft.auth}
            onChange={(auth) => set({ auth: serverAuths.find((known) => known === auth) ?? 'none' })}
          >
            <Stack gap="xs" mt={6}>
              {serverAuths.map((auth) => (
                <Radio
                  key={auth}
                  value={auth}
                  label={text.auths[auth].name}
                  description={text.auths[auth].means}
                />
              ))}
            </Stack>
          </Radio.Group>
          {draft.auth !== 'none' && (
            <>
              <TextInput
                label={text.username}
                description={text.usernameHint[draft.auth]}
                value={draft.username}
                onChange={({ currentTarget }) => set({ username: currentTarget.value })}
                error={shown('username')}
                required={draft.auth === 'password'}
                autoComplete="off"
                maxLength={500}
              />
              <PasswordInput
                label={text.credential[draft.auth]}
                description={text.credentialHint}
                placeholder={keepsCredential ? text.unchanged : ''}
                value={draft.credential}
                onChange={({ currentTarget }) => set({ credential: currentTarget.value })}
                error={shown('credential')}
                required={!keepsCredential}
                autoComplete="new-password"
                maxLength={500}
              />
            </>
          )}
          <Switch
            label={text.enabled}
            checked={draft.enabled}
            onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
          />
          <FormEnd
            error={save.error}
            failed={text.failed}
            submit={server === null ? text.submitAdd : text.submitSave}
            busy={save.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
