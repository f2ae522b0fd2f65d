import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { useRun } from '../api/use-run.ts';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { CheckFindings } from '../turn/check-findings.tsx';
import { faultsOf } from '../turn/check-tones.ts';
import { words } from '../words.ts';
import classes from './servers.module.css';

/** The worst of each URL; the report has all. */
const shown = 5;

/** What the newest check of a URL found, worst first; the report itself has the evidence. */
export function LatestFindings({ uri, run }: { uri: string; run: string }) {
  const detail = useRun(run);
  return (
    <Panel
      title={words.serverChecks.findingsOf(uri)}
      hint={words.turn.findingsHint}
      actions={
        <Button
          component={Link}
          href={`/runs/${run}`}
          size="xs"
          variant="default"
          aria-label={`${words.serverChecks.openRun}: ${uri}`}
        >
          {words.serverChecks.openRun}
        </Button>
      }
    >
      <LoadPanel query={detail} rows={3}>
        {({ report }) => {
          if (report.kind !== 'turn-report') return null;
          const more = faultsOf(report.body.checks).length - shown;
          return (
            <>
              <CheckFindings body={report.body} linkEvidence={false} most={shown} />
              {more > 0 && (
                <Link href={`/runs/${run}`} className={classes['more']}>
                  {words.serverChecks.more(more, uri)}
                </Link>
              )}
            </>
          );
        }}
      </LoadPanel>
    </Panel>
  );
}
