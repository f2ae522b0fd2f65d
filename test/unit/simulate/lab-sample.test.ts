/** The sample of `npm run simulate-lab`, with the simulator in place of the kernel. */
import { describe, expect, it } from 'vitest';
import { drawPairs, pairTypes } from '../../../bench/simulate-lab/draw-pairs.ts';
import { judgeSample, pointsOff, targetsOf } from '../../../bench/simulate-lab/judge-sample.ts';
import { labScenario, placePairs } from '../../../bench/simulate-lab/lab-sites.ts';
import { renderSimulateLab } from '../../../bench/simulate-lab/render.ts';
import { type Resolved, type RunLab, resolvePairs } from '../../../bench/simulate-lab/resolve-pairs.ts';
import { loadPopulation } from '../../../cli/load-population.ts';
import { compileScenario } from '../../../scenarios/scenario/compile.ts';
import { runSimulated } from '../../../scenarios/scenario/run-simulated.ts';
import { kindsOf } from '../../../simulate/kinds.ts';

const simulated: RunLab = async (scenario) =>
  runSimulated(compileScenario(scenario), { at: new Date(0), why: null, elapsedMs: () => 0 }).body.cells;

const everyday = loadPopulation('everyday');
const population = { ...everyday, paths: everyday.paths.filter((path) => path !== 'sfu') };
const kinds = kindsOf(population);
const types = pairTypes(population);
const drawn = drawPairs(types, 500, 1);

describe('a sample of a population', () => {
  it('has every pair of kinds once, and all of them together are everybody', () => {
    expect(types).toHaveLength((kinds.length * (kinds.length + 1)) / 2);
    expect(types.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('is as large as asked for, the same for the same seed, and as the shares ask for', () => {
    expect(drawn).toHaveLength(500);
    expect(drawPairs(types, 500, 1)).toEqual(drawn);
    expect(drawPairs(types, 500, 2)).not.toEqual(drawn);
    for (const type of types) {
      const count = drawn.filter((each) => each === type).length;
      expect(Math.abs(count - 500 * type.share)).toBeLessThan(1);
    }
  });

  it('no pair is placed at one site twice, and sites are used in turn', () => {
    const ends = placePairs(drawn);
    expect(ends.every(([a, b]) => a !== b)).toBe(true);
    const sites = new Set(ends.flat());
    expect(sites.size).toBeLessThanOrEqual(52);
    expect([...sites].filter((name) => name.startsWith('k0-')).length).toBeGreaterThan(3);
  });

  it('connects in the lab’s own sites as the population has it, path after path', async () => {
    const some = drawPairs(types, 120, 3);
    const resolved = await resolvePairs(kinds, placePairs(some), population.paths, simulated);
    const judged = judgeSample(population, types, some, resolved);
    expect(judged.types.filter(({ otherwise }) => Object.keys(otherwise).length > 0)).toEqual([]);
    expect(judged.undecided).toBe(0);
    for (const row of judged.rows) expect(Math.abs(pointsOff(row))).toBeLessThan(100 / 120);
  });

  it('refuses IPv6 that a site of the lab cannot have', () => {
    const [kind] = kinds;
    if (kind === undefined) throw new Error('no kind');
    const blocked = { ...kind, v6: [{ firewall: { kind: 'udp-blocked' as const }, nat64: false }] };
    expect(() => labScenario([blocked], [['k0-0x', 'k0-1x']], 'direct')).toThrow(/no site whose IPv6/);
  });
});

describe('the page of the sample', () => {
  const pretended = (outcome: Resolved['outcome']): Resolved[] => drawn.map(() => ({ outcome, faults: 0 }));
  const textOf = (resolved: readonly Resolved[]) => {
    const judged = judgeSample(population, types, drawn, resolved);
    const targets = targetsOf(judged);
    const where = {
      date: '2026-01-01',
      machine: 'm',
      versions: ['v'],
      agent: 'a',
      server: 's',
      seconds: 1,
      seed: 1,
    };
    return { targets, text: renderSimulateLab([judged], targets, where) };
  };

  it('shows what differs from the simulation, and misses its target', () => {
    const { targets, text } = textOf(pretended('none'));
    expect(targets.map(({ met }) => met)).toEqual([true, false, true]);
    expect(text).toContain('- home with home: simulated directly; measured ');
    expect(text).toMatch(/\| not at all \| 0 % \| 0 % \| 100 % \| 500 \| .* \| \+100\.00 points \|/);
    expect(text).toContain('**missed**');
  });

  it('counts pairs of which nothing is known', () => {
    const { targets, text } = textOf(pretended(null));
    expect(targets.map(({ met }) => met)).toEqual([false, false, false]);
    expect(text).toContain('undecided in the end: 500.');
  });
});
