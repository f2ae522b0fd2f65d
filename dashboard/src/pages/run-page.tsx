import { Button } from '@mantine/core';
import { IconFileOff } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { Envelope } from '../../../contract/envelope.ts';
import { headlineOf } from '../../../contract/headline-of.ts';
import { redactorOf, redactRun } from '../../../contract/redact/redact-run.ts';
import type { RunDetail } from '../../../contract/runs.ts';
import { ApiProblem } from '../api/api-problem.ts';
import { useRun } from '../api/use-run.ts';
import { CompareResults } from '../compare/results/compare-results.tsx';
import { BackLink } from '../panels/back-link.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { HistoryPanel } from '../run/history-panel.tsx';
import { LabRun } from '../run/lab-run.tsx';
import { LintRun } from '../run/lint-run.tsx';
import { LoadRun } from '../run/load-run.tsx';
import { NatRun } from '../run/nat-run.tsx';
import { RawJson } from '../run/raw-json.tsx';
import { RoomRun } from '../run/room-run.tsx';
import classes from '../run/run.module.css';
import { RunActions } from '../run/run-actions.tsx';
import { runViewSchema } from '../run/run-view.ts';
import { SharePanel } from '../run/share-panel.tsx';
import { TurnRun } from '../run/turn-run.tsx';
import { Verdict } from '../run/verdict.tsx';
import { VisitRun } from '../run/visit-run.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

export function RunPage({ id }: { id: string }) {
  const run = useRun(id);
  const gone = run.error instanceof ApiProblem && run.error.status === 404;
  return (
    <>
      <BackLink href="/runs">{words.run.back}</BackLink>
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

function Report({ detail }: { detail: RunDetail }) {
  const [view, change] = useSearchState(runViewSchema);
  const redacted = view.redact === 'yes';
  const redactor = useMemo(() => redactorOf(detail.report), [detail]);
  const shown = useMemo(() => (redacted ? redactRun(detail) : detail), [redacted, detail]);
  const { summary, report } = shown;
  return (
    <div>
      <PageHead title={words.run.title(words.kinds[report.kind])} actions={<RunActions id={summary.id} />} />
      <div className={classes['stack']}>
        <SharePanel
          detail={shown}
          redacted={redacted}
          redact={(on) => change({ redact: on ? 'yes' : undefined })}
        />
        <Verdict headline={headlineOf(report)} summary={summary} tool={report.tool} />
        {report.kind === 'visit-report' && (
          <HistoryPanel
            id={summary.id}
            before={view.with}
            choose={(id) => change({ with: id })}
            clean={redacted ? (text) => redactor.text(text) : (text) => text}
          />
        )}
        <Body report={report} id={summary.id} />
        <RawJson report={report} id={summary.id} />
      </div>
    </div>
  );
}

function Body({ report, id }: { report: Envelope; id: string }) {
  if (report.kind === 'lab-report') return <LabRun id={id} body={report.body} />;
  if (report.kind === 'nat-report') return <NatRun body={report.body} />;
  if (report.kind === 'visit-report') return <VisitRun body={report.body} />;
  if (report.kind === 'room-report') return <RoomRun body={report.body} />;
  if (report.kind === 'compare-report') return <CompareResults body={report.body} />;
  if (report.kind === 'load-report') return <LoadRun id={id} body={report.body} />;
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
