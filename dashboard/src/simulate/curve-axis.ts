/** What the charts of rooms by size share. */
import type { ChartOptions } from 'chart.js';
import type { ChartKind } from '../charts/canvas.tsx';
import type { Ink } from '../charts/ink.ts';

export interface CurveAxes {
  /** Of the y axis. */
  readonly title: string;
  readonly participants: string;
  readonly read: (value: number) => string;
  readonly max?: number;
}

export function curveOptions(
  { title, participants, read, max }: CurveAxes,
  ink: Ink,
): ChartOptions<ChartKind> {
  const axis = (text: string) => ({
    title: { display: true, text, color: ink.soft },
    grid: { color: ink.grid },
    border: { display: false },
  });
  return {
    interaction: { mode: 'nearest', axis: 'x', intersect: false },
    scales: {
      x: { ...axis(participants), ticks: { color: ink.soft, maxRotation: 0 } },
      y: {
        ...axis(title),
        min: 0,
        ...(max !== undefined && { max }),
        ticks: { color: ink.soft, callback: (value) => read(Number(value)) },
      },
    },
    plugins: {
      tooltip: {
        callbacks: {
          title: ([item]) => `${participants}: ${item?.label ?? ''}`,
          label: ({ dataset, parsed }) => `${dataset.label}: ${read(parsed.y ?? 0)}`,
        },
      },
    },
  };
}

/** A line of a chart of rooms. */
export function curveLine(
  label: string,
  data: readonly (number | null)[],
  color: string,
  dash: readonly number[],
) {
  return {
    label,
    data: [...data],
    borderColor: color,
    backgroundColor: color,
    borderDash: [...dash],
    borderWidth: 2.5,
    pointRadius: 2,
    clip: 8,
  };
}
