import type { ServerView } from '../../../contract/servers.ts';
import { useDeleteServer } from '../api/use-delete-server.ts';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { words } from '../words.ts';

export function DeleteServer({ server, onClose }: { server: ServerView; onClose: () => void }) {
  return (
    <ConfirmChange
      title={words.servers.removeTitle}
      text={words.servers.removeText(server.label)}
      action={words.servers.removeSure}
      change={useDeleteServer()}
      id={server.id}
      onClose={onClose}
    />
  );
}
