import type { Plugin } from 'chart.js';
import type { ChartKind } from './canvas.tsx';

export interface Whisker {
  readonly x: number;
  readonly low: number;
  readonly high: number;
  readonly color: string;
}

/** Draws the interval of each point as a thin upright line, so that it shows where no band can be drawn. */
export function whiskerPlugin(whiskers: readonly Whisker[]): Plugin<ChartKind> {
  return {
    id: 'whiskers',
    beforeDatasetsDraw({ ctx, scales }) {
      const { x: xScale, y: yScale } = scales;
      if (xScale === undefined || yScale === undefined) return;
      ctx.save();
      ctx.lineWidth = 1.5;
      for (const { x, low, high, color } of whiskers) {
        const [left, top, bottom] = [
          xScale.getPixelForValue(x),
          yScale.getPixelForValue(high),
          yScale.getPixelForValue(low),
        ];
        ctx.strokeStyle = color;
        ctx.beginPath();
        ctx.moveTo(left, top);
        ctx.lineTo(left, bottom);
        ctx.moveTo(left - 3, top);
        ctx.lineTo(left + 3, top);
        ctx.moveTo(left - 3, bottom);
        ctx.lineTo(left + 3, bottom);
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}
