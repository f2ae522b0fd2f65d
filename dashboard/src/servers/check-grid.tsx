import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { Link } from 'wouter';
import { transports } from '../../../contract/basics.ts';
import type { ServerView } from '../../../contract/servers.ts';
import { useMay } from '../api/use-me.ts';
import { useTurnCheck } from '../live/use-turn-check.ts';
import { Ago } from '../panels/ago.tsx';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { CheckProgress } from './check-progress.tsx';
import { CheckResult } from './check-result.tsx';
import classes from './servers.module.css';
import { turnUrls } from './turn-urls.ts';

const { columns: names } = words.serverChecks;

const columns: readonly Column<ServerView>[] = [
  {
    key: 'server',
    head: names.server,
    bare: true,
    sort: ({ label }) => label,
    cell: ({ id, label }) => (
      <Link
        href={`/servers/${id}`}
        className={classes['serverLink']}
        aria-label={words.serverChecks.detailsOf(label)}
      >
        {label}
      </Link>
    ),
  },
  ...transports.map(
    (transport): Column<ServerView> => ({
      key: transport,
      head: names.transport(words.transports[transport]),
      cell: (server) => {
        const urls = turnUrls(server).filter((url) => url.transport === transport);
        if (urls.length === 0) return words.serverChecks.noUrl;
        return (
          <div className={classes['cell']}>
            {urls.map(({ uri, check }) => (
              <CheckResult key={uri} uri={uri} check={check} />
            ))}
          </div>
        );
      },
    }),
  ),
  {
    key: 'at',
    head: names.at,
    cell: ({ lastChecks: [newest] }) => (newest === undefined ? '–' : <Ago at={newest.at} />),
  },
];

const start: Column<ServerView> = {
  key: 'start',
  head: words.serverChecks.check,
  bare: true,
  cell: (server) => <StartCheck server={server} />,
};

/** All servers with TURN URLs by transport, as their newest checks found them. */
export function CheckGrid({ servers }: { servers: readonly ServerView[] }) {
  const mayCheck = useMay('operator');
  const rows = servers.filter((server) => turnUrls(server).length > 0);
  return (
    <Panel title={words.serverChecks.gridTitle} hint={words.serverChecks.gridHint}>
      {rows.length === 0 ? (
        <p className={classes['meta']}>{words.serverChecks.noTurn}</p>
      ) : (
        <DataTable
          caption={words.serverChecks.gridTitle}
          columns={mayCheck ? [...columns, start] : columns}
          rows={rows}
          rowKey={({ id }) => id}
        />
      )}
    </Panel>
  );
}

function StartCheck({ server: { id, label } }: { server: ServerView }) {
  const check = useTurnCheck(id);
  return (
    <div className={classes['cell']}>
      <Button
        size="xs"
        variant="light"
        loading={check.running}
        onClick={check.start}
        leftSection={<IconShieldCheck size={14} aria-hidden />}
        aria-label={words.serverChecks.checkOf(label)}
      >
        {words.serverChecks.check}
      </Button>
      <CheckProgress check={check} />
    </div>
  );
}
