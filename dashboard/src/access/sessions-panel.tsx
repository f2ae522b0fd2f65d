import { Button } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useState } from 'react';
import type { SessionView } from '../../../contract/access/principal.ts';
import { useEndSession, useSessions } from '../api/use-keys.ts';
import { useProjectNames } from '../api/use-projects.ts';
import { formatMoment } from '../format/moment.ts';
import { Ago } from '../panels/ago.tsx';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';

const text = words.sessions;
const { columns: names } = text;

/** Where somebody is signed in. Absent where nobody is: on a machine that needs no sign-in nobody would miss it. */
export function SessionsPanel() {
  const sessions = useSessions();
  const [ending, setEnding] = useState<SessionView | null>(null);
  const end = useEndSession();
  const nameOf = useProjectNames();
  if (sessions.data?.length === 0) return null;
  const columns: readonly Column<SessionView>[] = [
    {
      key: 'who',
      head: names.who,
      bare: true,
      cell: ({ who, isOwn }) => <strong>{isOwn ? text.own(who.name) : who.name}</strong>,
    },
    { key: 'role', head: names.role, cell: ({ role }) => words.roles.names[role] },
    {
      key: 'projects',
      head: names.projects,
      cell: ({ projects }) =>
        projects === 'all' ? words.projectSwitch.all : projects.map(nameOf).join(', '),
    },
    { key: 'since', head: names.since, cell: ({ createdAt }) => <Ago at={createdAt} /> },
    { key: 'expires', head: names.expires, cell: ({ expiresAt }) => formatMoment(expiresAt) },
    {
      key: 'actions',
      head: names.actions,
      bare: true,
      align: 'end',
      cell: (session) =>
        !session.isOwn && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconLogout size={14} aria-hidden />}
            onClick={() => setEnding(session)}
            aria-label={text.endOf(session.who.name)}
          >
            {text.end}
          </Button>
        ),
    },
  ];
  return (
    <Panel title={text.title} hint={text.hint}>
      <LoadPanel query={sessions} rows={2}>
        {(list) => <DataTable caption={text.title} columns={columns} rows={list} rowKey={({ id }) => id} />}
      </LoadPanel>
      {ending !== null && (
        <ConfirmChange
          title={text.endTitle}
          text={text.endText(ending.who.name)}
          action={text.endSure}
          change={end}
          id={ending.id}
          onClose={() => setEnding(null)}
        />
      )}
    </Panel>
  );
}
