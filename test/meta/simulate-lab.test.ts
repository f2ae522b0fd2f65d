/** docs/simulate-lab.md was measured once; what it says of the simulator has to be what the simulator says today. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawPairs, pairTypes } from '../../bench/simulate-lab/draw-pairs.ts';
import { leastPairs } from '../../bench/simulate-lab/judge-sample.ts';
import { loadPopulation } from '../../cli/load-population.ts';
import { type LinkOutcome, linkOutcomes } from '../../contract/simulation-report.ts';
import { linkNames } from '../../simulate/link-names.ts';
import { outcomeIndex } from '../../simulate/links.ts';
import { PairCells } from '../../simulate/pair-cells.ts';
import { percentText } from '../../simulate/percent-text.ts';

const page = readFileSync(new URL('../../docs/simulate-lab.md', import.meta.url), 'utf8');
const sections = page.split(/^## /m).filter((section) => / pairs of \d+ kinds/.test(section));
const seed = Number(/Seed (\d+)/.exec(page)?.[1]);

describe('docs/simulate-lab.md', () => {
  it('has a sample, and has missed no target', () => {
    expect(sections.length).toBeGreaterThan(0);
    expect(page).not.toContain('**missed**');
  });

  it.each(sections.map((section) => [section.split('\n')[0] ?? '', section] as const))(
    'holds %s against the simulator of today (npm run simulate-lab measures it anew)',
    (preset, section) => {
      const whole = loadPopulation(preset);
      const paths = whole.paths.filter((path) => path !== 'sfu');
      const types = pairTypes({ ...whole, paths }, new PairCells());
      const count = Number(/^(\d+) pairs of/m.exec(section)?.[1]);
      expect(count).toBeGreaterThanOrEqual(leastPairs);
      const drawn = drawPairs(types, count, seed);
      const chance = (outcome: LinkOutcome) => (type: (typeof types)[number]) =>
        type.chances[outcomeIndex[outcome]] ?? 0;
      for (const outcome of linkOutcomes) {
        const all = types.reduce((sum, type) => sum + type.share * chance(outcome)(type), 0);
        const own = drawn.reduce((sum, type) => sum + chance(outcome)(type), 0) / drawn.length;
        const row = `| ${linkNames[outcome]} | ${percentText(all)} | ${percentText(own)} |`;
        if (all > 0) expect(section).toContain(row);
      }
    },
  );
});
