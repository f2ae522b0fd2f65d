import type { LinkView } from '../../../contract/links.ts';
import { useRevokeLink } from '../api/use-revoke-link.ts';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { words } from '../words.ts';

export function RevokeLink({ link, onClose }: { link: LinkView; onClose: () => void }) {
  return (
    <ConfirmChange
      title={words.links.revokeTitle}
      text={words.links.revokeText(link.label)}
      action={words.links.revokeSure}
      change={useRevokeLink()}
      id={link.id}
      onClose={onClose}
    />
  );
}
