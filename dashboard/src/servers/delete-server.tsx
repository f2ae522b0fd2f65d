import type { ServerView } from '../../../contract/servers.ts';
import { useDeleteServer } from '../api/use-delete-server.ts';
import { Confirm } from '../panels/confirm.tsx';
import { words } from '../words.ts';

export function DeleteServer({ server, onClose }: { server: ServerView; onClose: () => void }) {
  const deletion = useDeleteServer();
  return (
    <Confirm
      title={words.servers.removeTitle}
      text={words.servers.removeText(server.label)}
      action={words.servers.removeSure}
      busy={deletion.isPending}
      problem={deletion.error}
      onClose={onClose}
      onConfirm={() => deletion.mutate(server.id, { onSuccess: onClose })}
    />
  );
}
