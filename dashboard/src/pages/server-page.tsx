import { Button } from '@mantine/core';
import { IconServerOff, IconShieldCheck } from '@tabler/icons-react';
import type { ServerView } from '../../../contract/servers.ts';
import type { ServerChecks } from '../../../contract/turn-checks.ts';
import { May } from '../access/may.tsx';
import { useServerChecks } from '../api/use-server-checks.ts';
import { useServers } from '../api/use-servers.ts';
import { useTurnCheck } from '../live/use-turn-check.ts';
import { BackLink } from '../panels/back-link.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import runClasses from '../run/run.module.css';
import { CheckHistory } from '../servers/check-history.tsx';
import { CheckProgress } from '../servers/check-progress.tsx';
import { CheckResult } from '../servers/check-result.tsx';
import { LatestFindings } from '../servers/latest-findings.tsx';
import classes from '../servers/servers.module.css';
import { turnUrls } from '../servers/turn-urls.ts';
import { words } from '../words.ts';

/** One server: its TURN URLs as checked last, how that changed over time, and what to mend. */
export function ServerPage({ id }: { id: string }) {
  const servers = useServers();
  const checks = useServerChecks(id);
  return (
    <>
      <BackLink href="/servers">{words.serverChecks.back}</BackLink>
      <LoadPanel query={servers} rows={4}>
        {(list) => {
          const server = list.find((one) => one.id === id);
          return server === undefined ? (
            <EmptyState
              icon={IconServerOff}
              title={words.serverChecks.gone}
              text={words.serverChecks.goneText}
            />
          ) : (
            <LoadPanel query={checks} rows={6}>
              {(found) => <Server server={server} checks={found} />}
            </LoadPanel>
          );
        }}
      </LoadPanel>
    </>
  );
}

function Server({ server, checks }: { server: ServerView; checks: ServerChecks }) {
  const check = useTurnCheck(server.id, checks.latest);
  const urls = turnUrls(server);
  const start = (
    <May who="operator">
      <Button
        onClick={check.start}
        loading={check.running}
        leftSection={<IconShieldCheck size={18} aria-hidden />}
      >
        {words.serverChecks.checkThis}
      </Button>
    </May>
  );
  if (urls.length === 0) {
    return (
      <>
        <PageHead title={server.label} />
        <p>{words.serverChecks.onlyStun}</p>
      </>
    );
  }
  return (
    <>
      <PageHead title={server.label} hint={words.serverChecks.hint} actions={start} />
      <div className={runClasses['stack']}>
        <Panel title={words.serverChecks.urls}>
          <ul className={classes['urls']}>
            {urls.map(({ uri, transport, check: latest }) => (
              <li key={uri} className={classes['url']}>
                <div>
                  <span className="mono">{uri}</span>
                  <span className={classes['transport']}>
                    {words.servers.reachedBy(words.transports[transport])}
                  </span>
                </div>
                <CheckResult uri={uri} check={latest} />
              </li>
            ))}
          </ul>
          <CheckProgress check={check} />
        </Panel>
        <CheckHistory history={checks.history} />
        {urls.map(({ uri, check: latest }) =>
          latest === null ? null : <LatestFindings key={uri} uri={uri} run={latest.id} />,
        )}
      </div>
    </>
  );
}
