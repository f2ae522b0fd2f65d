import { Button, Group } from '@mantine/core';
import { ApiProblem } from '../api/api-problem.ts';
import { words } from '../words.ts';
import { Notice } from './notice.tsx';

interface FormEndProps {
  /** Why it was not saved. */
  readonly error: Error | null;
  readonly failed: string;
  readonly submit: string;
  readonly busy: boolean;
  readonly onCancel: () => void;
}

/** The foot of a form in a dialogue: what went wrong, and the two buttons. */
export function FormEnd({ error, failed, submit, busy, onCancel }: FormEndProps) {
  return (
    <>
      {error !== null && (
        <Notice tone="bad" role="alert" title={failed}>
          <p>
            {error.message} {error instanceof ApiProblem && error.failure?.next}
          </p>
        </Notice>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {words.state.cancel}
        </Button>
        <Button type="submit" loading={busy}>
          {submit}
        </Button>
      </Group>
    </>
  );
}
