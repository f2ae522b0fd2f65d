import type { Plugin } from 'chart.js';
import type { ChartKind } from './canvas.tsx';

/** Draws an upright line with its label at each place of the x axis. */
export function uprightMarkPlugin(
  marks: readonly { readonly x: number; readonly label: string }[],
  color: string,
): Plugin<ChartKind> {
  return {
    id: 'upright-marks',
    afterDatasetsDraw({ ctx, scales, chartArea }) {
      const { x: xScale } = scales;
      if (xScale === undefined) return;
      ctx.save();
      ctx.strokeStyle = color;
      ctx.fillStyle = color;
      ctx.setLineDash([4, 4]);
      ctx.textBaseline = 'top';
      for (const [index, { x, label }] of marks.entries()) {
        const left = xScale.getPixelForValue(x);
        ctx.beginPath();
        ctx.moveTo(left, chartArea.top);
        ctx.lineTo(left, chartArea.bottom);
        ctx.stroke();
        const fits = left + 6 + ctx.measureText(label).width < chartArea.right;
        ctx.textAlign = fits ? 'left' : 'right';
        // One below the other: marks may lie close together.
        ctx.fillText(label, left + (fits ? 6 : -6), chartArea.top + 4 + index * 16);
      }
      ctx.restore();
    },
  };
}
