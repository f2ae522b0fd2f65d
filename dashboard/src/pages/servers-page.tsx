import { Button, Stack } from '@mantine/core';
import { IconPlus, IconServerOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { ServerView } from '../../../contract/servers.ts';
import { May } from '../access/may.tsx';
import { useServers } from '../api/use-servers.ts';
import { useProbe } from '../live/use-probe.ts';
import { ProbePanel } from '../overview/probe-panel.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { CheckGrid } from '../servers/check-grid.tsx';
import { DeleteServer } from '../servers/delete-server.tsx';
import { ServerCard } from '../servers/server-card.tsx';
import { ServerForm } from '../servers/server-form.tsx';
import classes from '../servers/servers.module.css';
import { words } from '../words.ts';

type Dialog =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit'; readonly server: ServerView }
  | { readonly kind: 'delete'; readonly server: ServerView };

export function ServersPage() {
  const servers = useServers();
  const probe = useProbe();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const add = (
    <May who="operator">
      <Button onClick={() => setDialog({ kind: 'add' })} leftSection={<IconPlus size={18} aria-hidden />}>
        {words.servers.add}
      </Button>
    </May>
  );

  return (
    <>
      <PageHead title={words.servers.title} hint={words.servers.hint} actions={add} />
      <Stack gap="md">
        <LoadPanel query={servers} rows={4}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={IconServerOff} title={words.servers.none} text={words.servers.noneText} />
            ) : (
              <>
                <ul className={classes['list']}>
                  {list.map((server) => (
                    <ServerCard
                      key={server.id}
                      server={server}
                      onEdit={() => setDialog({ kind: 'edit', server })}
                      onDelete={() => setDialog({ kind: 'delete', server })}
                    />
                  ))}
                </ul>
                <CheckGrid servers={list} />
              </>
            )
          }
        </LoadPanel>
        <ProbePanel probe={probe} />
      </Stack>
      {dialog?.kind === 'add' && <ServerForm server={null} onClose={close} />}
      {dialog?.kind === 'edit' && <ServerForm server={dialog.server} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteServer server={dialog.server} onClose={close} />}
    </>
  );
}
