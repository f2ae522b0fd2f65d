import type { AgentTokenView } from '../../../contract/fleet/agent.ts';
import { useWithdrawInvitation } from '../api/use-agents.ts';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { words } from '../words.ts';

interface WithdrawInvitationProps {
  readonly invitation: AgentTokenView;
  readonly onClose: () => void;
}

export function WithdrawInvitation({ invitation, onClose }: WithdrawInvitationProps) {
  return (
    <ConfirmChange
      title={words.invitations.withdrawTitle}
      text={words.invitations.withdrawText(invitation.label)}
      action={words.invitations.withdrawSure}
      change={useWithdrawInvitation()}
      id={invitation.id}
      onClose={onClose}
    />
  );
}
