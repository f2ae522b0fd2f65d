import { useCallback, useMemo } from 'react';
import type { Beside } from '../../../../compare/beside.ts';
import type { PathSummary } from '../../../../compare/summary.ts';
import { figures, nameAxis, namedValue, valueAxis } from '../../charts/axes.ts';
import type { ChartSpec } from '../../charts/canvas.tsx';
import { Chart } from '../../charts/chart.tsx';
import { type Ink, withAlpha } from '../../charts/ink.ts';
import { Panel } from '../../panels/panel.tsx';
import { words } from '../../words.ts';
import { formatRate } from '../figures.ts';
import { colorOf } from '../path-ink.ts';

const text = words.compare.traffic;

interface TrafficChartProps {
  readonly summaries: readonly PathSummary[];
  readonly beside: readonly Beside[];
}

/** Up and down of each participant, measured and modelled, for every path that was measured. */
export function TrafficChart({ summaries, beside }: TrafficChartProps) {
  const measured = useMemo(
    () => summaries.filter(({ upKbps, downKbps }) => upKbps !== null && downKbps !== null),
    [summaries],
  );
  const draw = useCallback((ink: Ink) => drawTraffic(measured, beside, ink), [measured, beside]);
  if (measured.length === 0) return null;
  const modelled = (path: PathSummary['path'], figure: 'up' | 'down'): number | null =>
    beside.find((row) => row.path === path && row.figure === figure)?.model ?? null;
  return (
    <Panel title={text.title} hint={text.hint}>
      <Chart
        finding={measured
          .map(({ path, upKbps, downKbps }) =>
            text.finding(words.comparePaths[path], formatRate(upKbps), formatRate(downKbps)),
          )
          .join(' ')}
        height={measured.length * 64 + 40}
        draw={draw}
        table={{
          caption: text.title,
          columns: text.columns,
          rows: measured.map(({ path, upKbps, downKbps }) => [
            words.comparePaths[path],
            formatRate(upKbps),
            formatRate(modelled(path, 'up')),
            formatRate(downKbps),
            formatRate(modelled(path, 'down')),
          ]),
        }}
      />
    </Panel>
  );
}

function drawTraffic(measured: readonly PathSummary[], beside: readonly Beside[], ink: Ink): ChartSpec {
  const bars = measured.flatMap(({ path, upKbps, downKbps }) =>
    (['up', 'down'] as const).map((figure) => ({
      path,
      label: `${words.comparePaths[path]}, ${text[figure]}`,
      measured: figure === 'up' ? upKbps : downKbps,
      model: beside.find((row) => row.path === path && row.figure === figure)?.model ?? null,
    })),
  );
  const colors = bars.map(({ path }) => colorOf(path, ink));
  return {
    kind: 'bar',
    data: {
      labels: bars.map(({ label }) => label),
      datasets: [
        {
          label: words.compare.beside.measured,
          data: bars.map((bar) => bar.measured),
          backgroundColor: colors.map((color) => withAlpha(color, 0.6)),
          borderColor: colors,
          borderWidth: 1,
          barThickness: 10,
        },
        {
          label: words.compare.beside.model,
          data: bars.map(({ model }) => model),
          backgroundColor: 'transparent',
          borderColor: ink.text,
          borderWidth: 1.5,
          barThickness: 10,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: {
          min: 0,
          ...valueAxis(ink),
          ticks: { ...figures(ink), maxTicksLimit: 6, callback: (value) => formatRate(Number(value)) },
        },
        y: { ...nameAxis, ticks: { color: ink.text } },
      },
      plugins: { tooltip: { callbacks: { label: namedValue(formatRate, 'x') } } },
    },
  };
}
