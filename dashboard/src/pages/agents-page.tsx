import { Button, Switch } from '@mantine/core';
import { IconGridDots, IconUserPlus, IconWorld } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AgentTokenView, AgentView, NewAgentToken } from '../../../contract/fleet/agent.ts';
import { May } from '../access/may.tsx';
import { AgentTable } from '../agents/agent-table.tsx';
import { InvitationTable } from '../agents/invitation-table.tsx';
import { InviteForm } from '../agents/invite-form.tsx';
import { Invited } from '../agents/invited.tsx';
import { RevokeAgent } from '../agents/revoke-agent.tsx';
import { WithdrawInvitation } from '../agents/withdraw-invitation.tsx';
import { useAgents } from '../api/use-agents.ts';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Notice } from '../panels/notice.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import runClasses from '../run/run.module.css';
import { words } from '../words.ts';

const text = words.agents;

type Dialog =
  | { readonly kind: 'invite' }
  | { readonly kind: 'made'; readonly made: NewAgentToken }
  | { readonly kind: 'withdraw'; readonly invitation: AgentTokenView }
  | { readonly kind: 'revoke'; readonly agent: AgentView };

export function AgentsPage() {
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const actions = (
    <>
      <Button
        component={Link}
        href="/agents/matrix"
        variant="default"
        leftSection={<IconGridDots size={18} aria-hidden />}
      >
        {text.matrix}
      </Button>
      <May who="admin" whole>
        <Button
          onClick={() => setDialog({ kind: 'invite' })}
          leftSection={<IconUserPlus size={18} aria-hidden />}
        >
          {text.add}
        </Button>
      </May>
    </>
  );
  return (
    <>
      <PageHead title={text.title} hint={text.hint} actions={actions} />
      <May who="viewer" whole otherwise={<Notice tone="info" title={words.roles.wholeOnly} />}>
        <AllAgents dialog={dialog} setDialog={setDialog} />
      </May>
    </>
  );
}

interface AllAgentsProps {
  readonly dialog: Dialog | null;
  readonly setDialog: (dialog: Dialog | null) => void;
}

/** Agents, invitations that are open, and the dialogs about both. */
function AllAgents({ dialog, setDialog }: AllAgentsProps) {
  const agents = useAgents();
  const close = () => setDialog(null);
  return (
    <>
      <LoadPanel query={agents} rows={4}>
        {(found) => {
          const open = found.invitations.filter(({ state }) => state === 'open');
          return (
            <div className={runClasses['stack']}>
              <AgentsPanel agents={found.agents} onRevoke={(agent) => setDialog({ kind: 'revoke', agent })} />
              {open.length > 0 && (
                <Panel title={words.invitations.title} hint={words.invitations.hint}>
                  <InvitationTable
                    invitations={open}
                    onWithdraw={(invitation) => setDialog({ kind: 'withdraw', invitation })}
                  />
                </Panel>
              )}
            </div>
          );
        }}
      </LoadPanel>
      {dialog?.kind === 'invite' && (
        <InviteForm onMade={(made) => setDialog({ kind: 'made', made })} onClose={close} />
      )}
      {dialog?.kind === 'made' && <Invited made={dialog.made} onClose={close} />}
      {dialog?.kind === 'withdraw' && <WithdrawInvitation invitation={dialog.invitation} onClose={close} />}
      {dialog?.kind === 'revoke' && <RevokeAgent agent={dialog.agent} onClose={close} />}
    </>
  );
}

interface AgentsPanelProps {
  readonly agents: readonly AgentView[];
  readonly onRevoke: (agent: AgentView) => void;
}

/** Those that were revoked are of the past: shown when asked for. */
function AgentsPanel({ agents, onRevoke }: AgentsPanelProps) {
  const [showsAll, setShowsAll] = useState(false);
  const current = agents.filter(({ state }) => state !== 'revoked');
  const revoked = agents.length - current.length;
  const shown = showsAll ? agents : current;
  return (
    <Panel
      title={text.listTitle}
      actions={
        revoked > 0 && (
          <Switch
            label={text.showRevoked(revoked)}
            checked={showsAll}
            onChange={({ currentTarget }) => setShowsAll(currentTarget.checked)}
          />
        )
      }
    >
      {shown.length === 0 ? (
        <EmptyState icon={IconWorld} title={text.none} text={text.noneText} />
      ) : (
        <AgentTable agents={shown} onRevoke={onRevoke} />
      )}
    </Panel>
  );
}
