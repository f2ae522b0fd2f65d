import { describe, expect, it } from 'vitest';
import { loadHeatText } from '../../../cli/load-heat-text.ts';
import type { Paint } from '../../../cli/style.ts';
import { sampleLoad } from '../sample-load.ts';

const plain: Paint = (_style, text) => text;
const { body } = sampleLoad({ limits: [1_500], profile: { runs: 1, ladder: { from: 1_000, to: 2_000 } } });

describe('delays over time on a terminal', () => {
  it('a character for each slice and band, steps side by side, what was lost on top', () => {
    expect(loadHeatText(body, 80, plain).slice(0, -1)).toEqual([
      'Delays over time, run 1',
      '      lost           │          │         ▓',
      '   ≤ 20 ms           │          │██████████',
      '   ≤ 10 ms           │          │',
      '    ≤ 5 ms           │          │',
      '    ≤ 2 ms           │██████████│',
      '    ≤ 1 ms ██████████│          │',
      '           steps of 1,000 │ 1,250 │ 1,563 packets/s each way',
    ]);
  });

  it('fits into any width; without figures there is nothing', () => {
    for (const width of [20, 40, 60])
      for (const line of loadHeatText(body, width, plain).slice(1, -2))
        expect(line.length).toBeLessThanOrEqual(width);
    expect(loadHeatText({ ...body, runs: [] }, 80, plain)).toEqual([]);
  });
});
