import type { AgentView } from '../../../contract/fleet/agent.ts';
import { useRevokeAgent } from '../api/use-agents.ts';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { words } from '../words.ts';

export function RevokeAgent({ agent, onClose }: { agent: AgentView; onClose: () => void }) {
  return (
    <ConfirmChange
      title={words.agents.revokeTitle}
      text={words.agents.revokeText(agent.name)}
      action={words.agents.revokeSure}
      change={useRevokeAgent()}
      id={agent.id}
      onClose={onClose}
    />
  );
}
