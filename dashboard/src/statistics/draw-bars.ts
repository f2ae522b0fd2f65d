import type { Plugin } from 'chart.js';
import { nameAxis, shareAxis } from '../charts/axes.ts';
import type { ChartKind, ChartSpec } from '../charts/canvas.tsx';
import { type Ink, withAlpha } from '../charts/ink.ts';
import { words } from '../words.ts';
import type { Bar } from './bars.ts';

/** Longest label, by the width of the chart: bars need room too. */
const longestLabel = (widthPx: number) => (widthPx < 480 ? 22 : 44);

/** Lying bars from 0 to 100 %, each with its 95 % interval as a whisker. */
export function drawBars(bars: readonly Bar[], ink: Ink): ChartSpec {
  const colors = bars.map(({ path }) => (path === null ? ink.soft : ink.path[path]));
  return {
    kind: 'bar',
    plugins: [intervalPlugin(bars.flatMap(intervalOf), ink.text)],
    data: {
      labels: bars.map(({ label }) => label),
      datasets: [
        {
          data: bars.map(({ rate }) => rate.rate),
          backgroundColor: colors.map((color) => withAlpha(color, 0.55)),
          borderColor: colors,
          borderWidth: 1,
          barThickness: 16,
          // A rate of 0 % is a bar too: something to see, and to press.
          minBarLength: 3,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      scales: {
        x: shareAxis(ink),
        y: {
          ...nameAxis,
          ticks: {
            color: ink.text,
            callback(_value, index) {
              return shorten(bars[index]?.label ?? '', longestLabel(this.chart.width));
            },
          },
        },
      },
      plugins: {
        tooltip: {
          callbacks: {
            title: ([item]) => bars[item?.dataIndex ?? 0]?.label ?? '',
            label: ({ dataIndex }) => {
              const bar = bars[dataIndex];
              return bar === undefined ? '' : words.overview.rateOf(words.overview.columns.rate, bar.rate);
            },
          },
        },
      },
    },
  };
}

function shorten(label: string, longest: number): string {
  return label.length <= longest ? label : `${label.slice(0, longest - 1)}…`;
}

export interface BarInterval {
  /** Of the bar. */
  readonly index: number;
  readonly low: number;
  readonly high: number;
}

function intervalOf({ rate: { low, high } }: Bar, index: number): BarInterval[] {
  return low === null || high === null ? [] : [{ index, low, high }];
}

/** Draws whiskers on lying bars. */
export function intervalPlugin(intervals: readonly BarInterval[], color: string): Plugin<ChartKind> {
  return {
    id: 'intervals',
    afterDatasetsDraw({ ctx, scales }) {
      const { x: xScale, y: yScale } = scales;
      if (xScale === undefined || yScale === undefined) return;
      ctx.save();
      ctx.strokeStyle = color;
      ctx.lineWidth = 1.5;
      for (const { index, low, high } of intervals) {
        const y = yScale.getPixelForValue(index);
        const [left, right] = [xScale.getPixelForValue(low), xScale.getPixelForValue(high)];
        ctx.beginPath();
        ctx.moveTo(left, y);
        ctx.lineTo(right, y);
        for (const end of [left, right]) {
          ctx.moveTo(end, y - 4);
          ctx.lineTo(end, y + 4);
        }
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
