import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { useRun } from '../api/use-run.ts';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { CheckFindings } from '../turn/check-findings.tsx';
import { words } from '../words.ts';

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
        {({ report }) =>
          report.kind === 'turn-report' ? <CheckFindings body={report.body} linkEvidence={false} /> : null
        }
      </LoadPanel>
    </Panel>
  );
}
