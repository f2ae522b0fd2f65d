import type { LinkView } from '../../../contract/links.ts';
import { useRevokeLink } from '../api/use-revoke-link.ts';
import { Confirm } from '../panels/confirm.tsx';
import { words } from '../words.ts';

export function RevokeLink({ link, onClose }: { link: LinkView; onClose: () => void }) {
  const revocation = useRevokeLink();
  return (
    <Confirm
      title={words.links.revokeTitle}
      text={words.links.revokeText(link.label)}
      action={words.links.revokeSure}
      busy={revocation.isPending}
      problem={revocation.error}
      onClose={onClose}
      onConfirm={() => revocation.mutate(link.id, { onSuccess: onClose })}
    />
  );
}
