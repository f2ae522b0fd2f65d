import { Button, Group, Text } from '@mantine/core';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  /** The word on the button that does it. */
  readonly action: string;
  readonly busy: boolean;
  readonly problem: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is gone for good. The harmless button has the focus. */
export function Confirm({ title, text, action, busy, problem, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Text>{text}</Text>
      {problem !== null && (
        <Text c="var(--bad)" role="alert" mt="sm">
          {problem.message}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {words.state.cancel}
        </Button>
        <Button color="red.9" onClick={onConfirm} loading={busy}>
          {action}
        </Button>
      </Group>
    </Dialog>
  );
}
