import { Button, Stack } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { Link } from 'wouter';
import type { ComparePath } from '../../../contract/compare-path.ts';
import { May } from '../access/may.tsx';
import { useRooms } from '../api/use-rooms.ts';
import { CostPanel } from '../compare/cost/cost-panel.tsx';
import { EstimatePanel } from '../compare/estimate-panel.tsx';
import { PlanForm } from '../compare/plan-form.tsx';
import { chosenPaths, offeredPaths, planOf, planSearchSchema } from '../compare/plan-search.ts';
import { ProgressPanel } from '../compare/progress-panel.tsx';
import { CompareResults } from '../compare/results/compare-results.tsx';
import { type ComparisonState, useComparison } from '../compare/tab/use-comparison.ts';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Notice } from '../panels/notice.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { Panel } from '../panels/panel.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

const text = words.compare;

export function ComparePage() {
  return (
    <>
      <PageHead title={text.title} hint={text.hint} />
      <May who="operator" otherwise={<Notice tone="info" title={words.roles.operatorsCompare} />}>
        <Comparing />
      </May>
    </>
  );
}

function Comparing() {
  const rooms = useRooms();
  return (
    <LoadPanel query={rooms} rows={8}>
      {({ paths }) => <Comparison offered={offeredPaths(paths)} />}
    </LoadPanel>
  );
}

function Comparison({ offered }: { offered: readonly ComparePath[] }) {
  const [search, change] = useSearchState(planSearchSchema);
  const chosen = chosenPaths(search, offered);
  const names = chosen.join(',');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names say which paths, the array is new each time
  const plan = useMemo(() => planOf(search, chosen), [search, names]);
  const { state, start, cancel } = useComparison();
  const place = useRef<HTMLDivElement>(null);
  const isRunning = state.kind === 'running' || state.kind === 'saving';
  return (
    <Stack gap="md">
      <Panel
        title={text.plan.title}
        hint={text.plan.hint}
        actions={
          isRunning ? (
            <Button
              variant="default"
              onClick={cancel}
              disabled={state.kind === 'saving'}
              leftSection={<IconPlayerStop size={18} aria-hidden />}
            >
              {text.plan.cancel}
            </Button>
          ) : (
            <Button
              onClick={() => place.current !== null && start(plan, place.current)}
              disabled={chosen.length === 0}
              leftSection={<IconPlayerPlay size={18} aria-hidden />}
            >
              {text.plan.start}
            </Button>
          )
        }
      >
        <Stack gap="lg">
          <PlanForm search={search} change={change} offered={offered} chosen={chosen} disabled={isRunning} />
          <EstimatePanel plan={plan} />
        </Stack>
      </Panel>
      <div hidden={!isRunning}>
        <ProgressPanel state={state} participants={plan.participants} place={place} />
      </div>
      <Outcome state={state} />
      <CostPanel media={plan.media} />
    </Stack>
  );
}

function Outcome({ state }: { state: ComparisonState }) {
  if (state.kind === 'failed') {
    return (
      <Notice tone="bad" role="alert" title={text.progress.failed}>
        <p>{state.reason}</p>
      </Notice>
    );
  }
  if (state.kind !== 'done') return null;
  const { report, id, problem } = state;
  const { headline } = report.body;
  return (
    <>
      <Notice tone={headline.status} role="status" title={headline.sentence}>
        {id === null ? (
          <p>
            {text.progress.notStored}: {problem}
          </p>
        ) : (
          <Link href={`/runs/${id}`}>{text.progress.open}</Link>
        )}
      </Notice>
      <CompareResults body={report.body} />
    </>
  );
}
