import { Button } from '@mantine/core';
import { IconArrowLeft, IconFileOff } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Envelope } from '../../../contract/envelope.ts';
import { headlineOf } from '../../../contract/headline-of.ts';
import type { RunDetail } from '../../../contract/runs.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { useRun } from '../api/use-run.ts';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { LintRun } from '../run/lint-run.tsx';
import { NatRun } from '../run/nat-run.tsx';
import { RawJson } from '../run/raw-json.tsx';
import { RoomRun } from '../run/room-run.tsx';
import classes from '../run/run.module.css';
import { RunActions } from '../run/run-actions.tsx';
import { TurnRun } from '../run/turn-run.tsx';
import { Verdict } from '../run/verdict.tsx';
import { VisitRun } from '../run/visit-run.tsx';
import { words } from '../words.ts';

export function RunPage({ id }: { id: string }) {
  const run = useRun(id);
  const gone = run.error instanceof ApiProblem && run.error.status === 404;
  return (
    <>
      <Link href="/runs" className={classes['back']}>
        <IconArrowLeft size={16} aria-hidden />
        {words.run.back}
      </Link>
      {gone ? (
        <GoneRun />
      ) : (
        <LoadPanel query={run} rows={10}>
          {(detail) => <Report detail={detail} />}
        </LoadPanel>
      )}
    </>
  );
}

function Report({ detail: { summary, report } }: { detail: RunDetail }) {
  return (
    <div>
      <PageHead title={words.run.title(words.kinds[report.kind])} actions={<RunActions id={summary.id} />} />
      <div className={classes['stack']}>
        <Verdict headline={headlineOf(report)} summary={summary} tool={report.tool} />
        <Body report={report} />
        <RawJson report={report} id={summary.id} />
      </div>
    </div>
  );
}

function Body({ report }: { report: Envelope }) {
  if (report.kind === 'nat-report') return <NatRun body={report.body} />;
  if (report.kind === 'visit-report') return <VisitRun body={report.body} />;
  if (report.kind === 'room-report') return <RoomRun body={report.body} />;
  if (report.kind === 'turn-report') return <TurnRun body={report.body} />;
  return <LintRun body={report.body} />;
}

function GoneRun() {
  return (
    <EmptyState
      icon={IconFileOff}
      title={words.run.gone}
      text={words.run.goneText}
      action={
        <Button component={Link} href="/runs">
          {words.run.back}
        </Button>
      }
    />
  );
}
