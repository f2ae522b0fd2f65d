import { Fieldset, PasswordInput, SimpleGrid, Switch } from '@mantine/core';
import { words } from '../words.ts';
import { type DraftFields, DraftText } from './draft-fields.tsx';

const text = words.monitorForm;

interface JudgeFieldsProps {
  readonly fields: DraftFields;
  /** The service holds a key of the signature already. */
  readonly hasSecret: boolean;
}

/** When a result is good, when that counts, and who is told. */
export function JudgeFields({ fields, hasSecret }: JudgeFieldsProps) {
  const { draft, set, problem } = fields;
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <DraftText
          fields={fields}
          name="expect.latencyMs"
          label={text.latency}
          hint={text.latencyHint}
          isNumber
        />
        <DraftText
          fields={fields}
          name="expect.certificateDays"
          label={text.certificate}
          hint={text.certificateHint}
          isNumber
        />
      </SimpleGrid>
      <Fieldset legend={text.damping}>
        <SimpleGrid cols={2}>
          <DraftText fields={fields} name="damping.bad" label={text.bad} isNumber />
          <DraftText fields={fields} name="damping.of" label={text.of} isNumber />
        </SimpleGrid>
      </Fieldset>
      <DraftText fields={fields} name="webhook.url" label={text.webhook} hint={text.webhookHint} />
      {draft['webhook.url'].trim() !== '' && (
        <PasswordInput
          label={text.secret}
          description={text.secretHint}
          placeholder={hasSecret ? text.unchanged : ''}
          value={draft['webhook.secret']}
          onChange={({ currentTarget }) => set({ 'webhook.secret': currentTarget.value })}
          error={problem('webhook.secret')}
          required={!hasSecret}
          autoComplete="new-password"
          maxLength={200}
        />
      )}
      <Switch
        label={text.public}
        description={text.publicHint}
        checked={draft.public}
        onChange={({ currentTarget }) => set({ public: currentTarget.checked })}
      />
      <Switch
        label={text.paused}
        checked={draft.paused}
        onChange={({ currentTarget }) => set({ paused: currentTarget.checked })}
      />
    </>
  );
}
