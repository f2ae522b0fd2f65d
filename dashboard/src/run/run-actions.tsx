import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconTrash } from '@tabler/icons-react';
import { useLocation } from 'wouter';
import { May } from '../access/may.tsx';
import { useDeleteRun } from '../api/use-delete-run.ts';
import { Confirm } from '../panels/confirm.tsx';
import { CopyButton } from '../panels/copy-button.tsx';
import { words } from '../words.ts';

/** Share and delete. */
export function RunActions({ id }: { id: string }) {
  const [asking, dialog] = useDisclosure(false);
  const [, navigate] = useLocation();
  const deletion = useDeleteRun();

  function remove(): void {
    deletion.mutate(id, {
      onSuccess: () => {
        notifications.show({ message: words.run.deleted });
        navigate('/runs');
      },
    });
  }

  return (
    <>
      <CopyButton text={() => window.location.href}>{words.run.copyLink}</CopyButton>
      <May who="admin">
        <Button
          size="xs"
          variant="default"
          onClick={dialog.open}
          leftSection={<IconTrash size={14} aria-hidden />}
        >
          {words.run.remove}
        </Button>
      </May>
      {asking && (
        <Confirm
          title={words.run.removeTitle}
          text={words.run.removeText}
          action={words.run.removeSure}
          busy={deletion.isPending}
          problem={deletion.error}
          onConfirm={remove}
          onClose={dialog.close}
        />
      )}
    </>
  );
}
