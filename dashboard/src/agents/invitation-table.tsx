import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { AgentTokenView } from '../../../contract/fleet/agent.ts';
import { May } from '../access/may.tsx';
import { formatMoment } from '../format/moment.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { words } from '../words.ts';

const text = words.invitations;
const { columns: names } = text;

interface InvitationTableProps {
  readonly invitations: readonly AgentTokenView[];
  readonly onWithdraw: (invitation: AgentTokenView) => void;
}

export function InvitationTable({ invitations, onWithdraw }: InvitationTableProps) {
  const columns: readonly Column<AgentTokenView>[] = [
    { key: 'label', head: names.label, bare: true, cell: ({ label }) => <strong>{label}</strong> },
    { key: 'region', head: names.region, cell: ({ region }) => region ?? text.anyRegion },
    { key: 'expires', head: names.expires, cell: ({ expiresAt }) => formatMoment(expiresAt) },
    {
      key: 'actions',
      head: names.actions,
      bare: true,
      align: 'end',
      cell: (invitation) => (
        <May who="admin">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconX size={14} aria-hidden />}
            onClick={() => onWithdraw(invitation)}
            aria-label={text.withdrawOf(invitation.label)}
          >
            {text.withdraw}
          </Button>
        </May>
      ),
    },
  ];
  return <DataTable caption={text.title} columns={columns} rows={invitations} rowKey={({ id }) => id} />;
}
