import { NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { loadMeaning } from '../../../turn/load/meaning.ts';
import { AgainstPanel } from '../load/against-panel.tsx';
import { delayPicture } from '../load/delay-picture.ts';
import { FailuresPanel } from '../load/failures-panel.tsx';
import { HeatPanel } from '../load/heat-panel.tsx';
import { latenessPicture } from '../load/lateness-picture.ts';
import { lossPicture } from '../load/loss-picture.ts';
import { ofSize, sizesOf } from '../load/packet-sizes.ts';
import { failureCounts, stepGroups } from '../load/step-groups.ts';
import { StepPanel } from '../load/step-panel.tsx';
import { throughputPicture } from '../load/throughput-picture.ts';
import { TimeHeatPanel } from '../load/time-heat-panel.tsx';
import { useOtherLoads } from '../load/use-other-loads.ts';
import { Lines } from '../panels/lines.tsx';
import { Notice } from '../panels/notice.tsx';
import { Panel } from '../panels/panel.tsx';
import { Parts } from '../panels/parts.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';
import { FailureText } from './failure-text.tsx';
import { runViewSchema } from './run-view.ts';

const text = words.load;

/** A load: what the server carried, with which delays, where it lost; and whether the generator may be believed. */
export function LoadRun({ id, body }: { id: string; body: LoadReportBody }) {
  const [view, change] = useSearchState(runViewSchema);
  const shown = useMemo(() => ofSize(body, view.bytes), [body, view.bytes]);
  const others = useOtherLoads(body.target.uri, id);
  // The other load, and the list of them, would name what was taken out of this one.
  const chosen = view.redact === undefined ? (view.with ?? others[0]?.id) : undefined;
  return (
    <>
      {body.failure !== null && (
        <Notice tone="bad" title={text.failures.title}>
          <FailureText failure={body.failure} />
        </Notice>
      )}
      <Meaning body={body} bytes={view.bytes} choose={(bytes) => change({ bytes })} />
      {body.runs.length > 0 && <Measured body={shown} />}
      {chosen !== undefined && (
        <AgainstPanel
          body={body}
          others={others}
          chosen={chosen}
          choose={(other) => change({ with: other })}
        />
      )}
      <About body={body} />
    </>
  );
}

interface MeaningProps {
  readonly body: LoadReportBody;
  /** The packet size that is shown. */
  readonly bytes: number | undefined;
  readonly choose: (bytes: number) => void;
}

function Meaning({ body, bytes, choose }: MeaningProps) {
  const { title, hint, size, bytes: named } = text.meaning;
  const lines = loadMeaning(body);
  const sizes = sizesOf(body);
  if (lines.length === 0) return null;
  return (
    <Panel title={title} hint={hint}>
      <Parts>
        <Lines lines={lines} />
        {sizes.length > 1 && (
          <NativeSelect
            label={size}
            maw="12rem"
            data={sizes.map((value) => ({ value: String(value), label: named(value) }))}
            value={String(bytes ?? sizes[0])}
            onChange={({ currentTarget }) => choose(Number(currentTarget.value))}
          />
        )}
      </Parts>
    </Panel>
  );
}

function Measured({ body }: { body: LoadReportBody }) {
  const { groups, throughput, delay, loss, lateness, failures } = useMemo(() => {
    const groups = stepGroups(body.runs);
    return {
      groups,
      throughput: throughputPicture(body, groups),
      delay: delayPicture(body, groups),
      loss: lossPicture(body, groups),
      lateness: latenessPicture(body, groups),
      failures: failureCounts(groups),
    };
  }, [body]);
  return (
    <>
      <StepPanel picture={throughput} />
      <StepPanel picture={delay} />
      <HeatPanel body={body} groups={groups} />
      <TimeHeatPanel body={body} />
      <StepPanel picture={loss} />
      {failures.length > 0 && <FailuresPanel failures={failures} />}
      <StepPanel picture={lateness}>
        <Reasons body={body} />
      </StepPanel>
    </>
  );
}

/** Why steps say nothing about the server, each reason once. */
function Reasons({ body }: { body: LoadReportBody }) {
  const reasons = body.runs.flatMap(({ steps }) => steps.flatMap((step) => step.reasons));
  if (reasons.length === 0) return null;
  return (
    <Parts>
      <h3>{text.generator.reasons}</h3>
      <Lines lines={reasons.map(({ sentence }) => sentence)} />
    </Parts>
  );
}

function About({ body }: { body: LoadReportBody }) {
  const { target, traffic, step, made } = text.about;
  return (
    <Panel title={text.about.title}>
      <Lines lines={[target, traffic, step, made].map((line) => line(body))} />
    </Panel>
  );
}
