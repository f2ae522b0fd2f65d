import { useCallback } from 'react';
import { useLocation } from 'wouter';
import { Chart } from '../charts/chart.tsx';
import type { Ink } from '../charts/ink.ts';
import { formatInterval, formatShare } from '../format/measure.ts';
import { Panel } from '../panels/panel.tsx';
import { words } from '../words.ts';
import { type Bar, barsFinding } from './bars.ts';
import { drawBars } from './draw-bars.ts';

interface RateBarsProps {
  readonly title: string;
  readonly hint: string;
  readonly bars: readonly Bar[];
  /** Head of the first column of the table. */
  readonly what: string;
}

const barHeight = 30;
const axisHeight = 36;

/** A panel of bars; a press on one, or on its row of the table, leads to the reports behind it. */
export function RateBars({ title, hint, bars, what }: RateBarsProps) {
  const draw = useCallback((ink: Ink) => drawBars(bars, ink), [bars]);
  const [, navigate] = useLocation();
  const { columns } = words.overview;
  if (bars.length === 0) return null;
  return (
    <Panel title={title} hint={hint}>
      <Chart
        finding={barsFinding(bars)}
        height={bars.length * barHeight + axisHeight}
        draw={draw}
        onPick={(index) => {
          const bar = bars[index];
          if (bar !== undefined) navigate(bar.href);
        }}
        table={{
          caption: title,
          columns: [what, columns.rate, columns.interval, columns.count, words.statistics.faults],
          rows: bars.map(({ label, rate, harnessFaults }) => [
            label,
            formatShare(rate.rate),
            formatInterval(rate),
            words.overview.ofAttempts(rate),
            String(harnessFaults),
          ]),
          hrefs: bars.map(({ href }) => href),
        }}
      />
    </Panel>
  );
}
