import { useCallback } from 'react';
import type { SetupStep } from '../../../contract/visit-report.ts';
import { figures, nameAxis, valueAxis } from '../charts/axes.ts';
import { barLabelPlugin } from '../charts/bar-labels.ts';
import type { ChartSpec } from '../charts/canvas.tsx';
import { Chart } from '../charts/chart.tsx';
import type { Ink } from '../charts/ink.ts';
import { formatMs } from '../format/measure.ts';
import { words } from '../words.ts';

/** When each step of the set-up began and ended. */
export function Waterfall({ steps }: { steps: readonly SetupStep[] }) {
  const draw = useCallback((ink: Ink) => drawSteps(steps, ink), [steps]);
  return (
    <Chart
      legend={<h3>{words.waterfall.title}</h3>}
      finding={words.waterfall.finding(steps)}
      height={steps.length * 30 + 56}
      draw={draw}
      table={{
        caption: words.waterfall.title,
        columns: [...words.waterfall.columns],
        rows: steps.map(({ name, startMs, endMs }) => [
          words.waterfall.step(name),
          formatMs(startMs),
          endMs === null ? words.waterfall.unfinished : formatMs(endMs),
          endMs === null ? '–' : formatMs(endMs - startMs),
        ]),
      }}
    />
  );
}

function drawSteps(steps: readonly SetupStep[], ink: Ink): ChartSpec {
  const lastMs = Math.max(1, ...steps.map(({ startMs, endMs }) => endMs ?? startMs));
  // A step that never ended is drawn to the end of what was seen.
  const bars = steps.map(({ startMs, endMs }): [number, number] => [startMs, endMs ?? lastMs]);
  const labels = steps.map(({ startMs, endMs }) =>
    endMs === null ? words.waterfall.unfinished : formatMs(endMs - startMs),
  );
  return {
    kind: 'bar',
    plugins: [barLabelPlugin(bars, labels, ink.text)],
    data: {
      labels: steps.map(({ name }) => words.waterfall.step(name)),
      datasets: [
        {
          data: bars,
          backgroundColor: steps.map(({ endMs }) => (endMs === null ? 'transparent' : ink.path.mesh)),
          borderColor: steps.map(({ endMs }) => (endMs === null ? ink.bad : ink.path.mesh)),
          borderWidth: 2,
          borderSkipped: false,
          borderRadius: 3,
          minBarLength: 3,
          barThickness: 16,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: {
          min: 0,
          // Room for the duration behind the last bar.
          max: lastMs * 1.18,
          ...valueAxis(ink, words.waterfall.axis),
          ticks: {
            ...figures(ink),
            includeBounds: false,
            callback: (value) => Math.round(Number(value)),
          },
        },
        y: { ...nameAxis, ticks: { color: ink.text, autoSkip: false } },
      },
      plugins: {
        tooltip: { callbacks: { label: ({ dataIndex }) => labels[dataIndex] ?? '' } },
      },
    },
  };
}
