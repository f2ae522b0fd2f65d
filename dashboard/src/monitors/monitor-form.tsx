import { Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { FormEvent } from 'react';
import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { useSaveMonitor } from '../api/use-monitors.ts';
import { useServers } from '../api/use-servers.ts';
import { Dialog } from '../panels/dialog.tsx';
import { FormEnd } from '../panels/form-end.tsx';
import { useDraft } from '../panels/use-draft.ts';
import { words } from '../words.ts';
import { type DraftFields, DraftText } from './draft-fields.tsx';
import { JudgeFields } from './judge-fields.tsx';
import { MeasureFields } from './measure-fields.tsx';
import { draftFields, fieldAt, monitorDraftOf, monitorProblems, toMonitorInput } from './monitor-draft.ts';

interface MonitorFormProps {
  /** null: a new one. */
  readonly monitor: MonitorView | null;
  /** Where agents are. */
  readonly regions: readonly string[];
  readonly onClose: () => void;
}

const text = words.monitorForm;

/** Makes or edits a monitor. What is wrong stands below its field, whether this page finds it or the service. */
export function MonitorForm({ monitor, regions, onClose }: MonitorFormProps) {
  const { draft, set, touch, isTouched } = useDraft(() => monitorDraftOf(monitor, regions));
  const servers = useServers();
  const save = useSaveMonitor();
  const hasSecret = monitor?.webhook?.hasSecret === true;
  const problems = monitorProblems(draft, hasSecret);
  const refused = save.error instanceof ApiProblem ? save.error : null;
  const fields: DraftFields = {
    draft,
    set,
    problem: (field) => {
      const own = isTouched(field) ? problems[field] : undefined;
      return own ?? (refused !== null && fieldAt(refused.field ?? '') === field ? refused.message : null);
    },
  };

  function submit(event: FormEvent): void {
    event.preventDefault();
    touch(draftFields);
    if (Object.keys(problems).length > 0) return;
    save.mutate(
      { id: monitor?.id ?? null, input: toMonitorInput(draft) },
      {
        onSuccess: () => {
          notifications.show({ message: monitor === null ? text.added : text.saved });
          onClose();
        },
      },
    );
  }

  return (
    <Dialog title={monitor === null ? text.addTitle : text.editTitle} size="lg" onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <DraftText fields={fields} name="name" label={text.name} hint={text.nameHint} required first />
          <MeasureFields fields={fields} servers={servers.data ?? []} regions={regions} />
          <JudgeFields fields={fields} hasSecret={hasSecret} />
          <FormEnd
            error={save.error}
            failed={text.failed}
            submit={monitor === null ? text.submitAdd : text.submitSave}
            busy={save.isPending}
            onCancel={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
