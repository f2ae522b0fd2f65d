import type { Plugin } from 'chart.js';
import type { ChartKind } from './canvas.tsx';

/** Writes each lying bar’s label behind it, or before it where there is no room behind. */
export function barLabelPlugin(
  bars: readonly (readonly [number, number])[],
  labels: readonly string[],
  color: string,
): Plugin<ChartKind> {
  return {
    id: 'bar-labels',
    afterDatasetsDraw({ ctx, scales, chartArea }) {
      const { x: xScale, y: yScale } = scales;
      if (xScale === undefined || yScale === undefined) return;
      ctx.save();
      ctx.fillStyle = color;
      ctx.textBaseline = 'middle';
      for (const [index, [start, end]] of bars.entries()) {
        const label = labels[index] ?? '';
        const width = ctx.measureText(label).width + 8;
        const behind = xScale.getPixelForValue(end) + 8;
        const fits = behind + width < chartArea.right;
        const left = fits ? behind : Math.max(chartArea.left, xScale.getPixelForValue(start) - width);
        ctx.fillText(label, left, yScale.getPixelForValue(index));
      }
      ctx.restore();
    },
  };
}
