import { useMemo } from 'react';
import { modelBeside } from '../../../../compare/beside.ts';
import { summarize } from '../../../../compare/summary.ts';
import type { CompareReportBody } from '../../../../contract/comparison.ts';
import { Lines } from '../../panels/lines.tsx';
import { Panel } from '../../panels/panel.tsx';
import classes from '../../run/run.module.css';
import { words } from '../../words.ts';
import { BesideTable } from './beside-table.tsx';
import { FlowDiagram } from './flow-diagram.tsx';
import { RunsTable } from './runs-table.tsx';
import { SetupChart } from './setup-chart.tsx';
import { SummaryTable } from './summary-table.tsx';
import { TrafficChart } from './traffic-chart.tsx';

/** A comparison, the figures that decide first. */
export function CompareResults({ body }: { body: CompareReportBody }) {
  const summaries = useMemo(() => summarize(body).filter(({ runs, faults }) => runs + faults > 0), [body]);
  const beside = useMemo(() => modelBeside(body.plan, summaries), [body, summaries]);
  return (
    <>
      <SummaryTable summaries={summaries} />
      <SetupChart summaries={summaries} />
      <TrafficChart summaries={summaries} beside={beside} />
      <BesideTable rows={beside} />
      <FlowDiagram runs={body.runs} />
      <RunsTable runs={body.runs} />
      <AboutComparison body={body} />
    </>
  );
}

function AboutComparison({ body: { plan, notes, skipped, run } }: { body: CompareReportBody }) {
  const { media } = plan;
  const picture = `${media.widthPx}×${media.heightPx}, ${media.framesPerSec}/s, ${words.compare.plan.kbpsOf(media.maxVideoKbps)}`;
  const lines = [
    words.compare.planText(plan.participants, picture, plan.repeats),
    ...skipped.map(({ path, reason }) => words.compare.skipped(words.comparePaths[path], reason)),
    ...(run.cancelled ? [words.compare.cancelled] : []),
    ...notes,
  ];
  return (
    <Panel title={words.compare.about}>
      <div className={classes['stack']}>
        <Lines lines={lines} />
        <p className={classes['note']}>{run.source}</p>
      </div>
    </Panel>
  );
}
