import { useCallback, useMemo } from 'react';
import type { SimulationReportBody } from '../../../contract/simulation-report.ts';
import { percentText } from '../../../simulate/percent-text.ts';
import { nameAxis, namedValue, shareAxis } from '../charts/axes.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import chartClasses from '../charts/chart.module.css';
import { Chart } from '../charts/chart.tsx';
import { type Ink, inkOf, withAlpha } from '../charts/ink.ts';
import { type InkName, inkVariable } from '../charts/ink-name.ts';
import { Panel } from '../panels/panel.tsx';
import { intervalPlugin } from '../statistics/draw-bars.ts';
import { words } from '../words.ts';
import {
  barIntervals,
  type OutcomeBar,
  outcomeBars,
  outcomeTable,
  type Segment,
  shareIn,
  usedSegments,
} from './outcome-bars.ts';
import classes from './simulate.module.css';

const text = words.simulate.answer;
const barHeightPx = 34;
const axisHeightPx = 40;

export function AnswerPanel({ body }: { body: SimulationReportBody }) {
  const bars = useMemo(() => outcomeBars(body), [body]);
  const draw = useCallback((ink: Ink) => drawOutcomes(bars, ink), [bars]);
  const { outcomes, relayed } = body.pairs;
  const [low, high] = outcomes.direct.inputs;
  return (
    <Panel title={text.title} hint={text.hint(body.rooms, body.seed)}>
      <Chart
        finding={text.finding(
          percentText(outcomes.direct.value),
          percentText(low),
          percentText(high),
          percentText(relayed.value),
          percentText(outcomes.none.value),
        )}
        height={axisHeightPx + bars.length * barHeightPx}
        draw={draw}
        legend={<SegmentLegend segments={usedSegments(bars)} />}
        table={outcomeTable(bars)}
      />
    </Panel>
  );
}

/** Colours are those of the paths; relays over TCP and TLS are lighter. */
const paints: Readonly<Record<Segment, { readonly name: InkName; readonly alpha: number }>> = {
  direct: { name: 'mesh', alpha: 1 },
  'relay-udp': { name: 'relay', alpha: 1 },
  'relay-tcp': { name: 'relay', alpha: 0.6 },
  'relay-tls': { name: 'relay', alpha: 0.3 },
  relay: { name: 'relay', alpha: 1 },
  sfu: { name: 'sfu', alpha: 1 },
  none: { name: 'bad', alpha: 1 },
};

function colorOf(segment: Segment, ink: Ink): string {
  const { name, alpha } = paints[segment];
  return withAlpha(inkOf(name, ink), alpha);
}

function SegmentLegend({ segments }: { segments: readonly Segment[] }) {
  return (
    <ul className={chartClasses['legend']}>
      {segments.map((segment) => {
        const { name, alpha } = paints[segment];
        const background = inkVariable(name);
        return (
          <li key={segment}>
            <span className={classes['swatch']} style={{ background, opacity: alpha }} />
            {words.simulate.outcomes[segment]}
          </li>
        );
      })}
    </ul>
  );
}

function drawOutcomes(bars: readonly OutcomeBar[], ink: Ink): ChartSpec {
  return {
    kind: 'bar',
    plugins: [intervalPlugin(barIntervals(bars), ink.text)],
    data: {
      labels: bars.map(({ label }) => label),
      datasets: usedSegments(bars).map((segment) => ({
        label: words.simulate.outcomes[segment],
        data: bars.map((bar) => shareIn(bar, segment)),
        backgroundColor: colorOf(segment, ink),
        borderColor: ink.surface,
        borderWidth: 1,
        barThickness: 18,
      })),
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: { stacked: true, ...shareAxis(ink) },
        y: { stacked: true, ...nameAxis, ticks: { color: ink.text } },
      },
      plugins: { tooltip: { callbacks: { label: namedValue(percentText, 'x') } } },
    },
  };
}
