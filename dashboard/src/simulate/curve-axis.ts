/** What the charts of rooms by size share. */
import type { ChartOptions } from 'chart.js';
import { figures, lineLook, nearestByX, readout, valueAxis } from '../charts/axes.ts';
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
  return {
    interaction: nearestByX,
    scales: {
      x: { ...valueAxis(ink, participants), ticks: figures(ink) },
      y: {
        ...valueAxis(ink, title),
        min: 0,
        ...(max !== undefined && { max }),
        ticks: { ...figures(ink), callback: (value) => read(Number(value)) },
      },
    },
    plugins: readout(({ label }) => `${participants}: ${label}`, read),
  };
}

export interface Curve {
  readonly label: string;
  readonly data: readonly (number | null)[];
  readonly color: string;
  readonly dash: readonly number[];
}

/** A line of a chart of rooms. */
export function curveLine({ label, data, color, dash }: Curve, ink: Ink) {
  return { label, data: [...data], ...lineLook(color, dash, ink), pointRadius: 2.5 };
}
