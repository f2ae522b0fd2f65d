import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../scenarios/sim/seeded-random.ts';
import { type ArrivalOptions, Arrivals, type Source } from '../../../../turn/load/arrivals.ts';

function take(options: Omit<ArrivalOptions, 'startMs' | 'random'>, count: number, seed = 1) {
  const arrivals = new Arrivals({ ...options, startMs: 100, random: seededRandom(seed) });
  return Array.from({ length: count }, () => {
    const { atMs, flow } = arrivals;
    arrivals.advance();
    return { atMs, flow };
  });
}

const sourceOf = fc.record({
  flow: fc.nat(50),
  periodMs: fc.double({ min: 0.01, max: 50, noNaN: true }),
  burst: fc.integer({ min: 1, max: 5 }),
});

describe('arrivals', () => {
  it('come in the order of their times, whatever the sources', () => {
    fc.assert(
      fc.property(
        fc.array(sourceOf, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('even' as const, 'poisson' as const),
        fc.nat(),
        (sources, pattern, seed) => {
          const atMs = take({ sources, pattern }, 300, seed).map((each) => each.atMs);
          expect(atMs.every((at, i) => at >= (atMs[i - 1] ?? 100))).toBe(true);
        },
      ),
    );
  });

  it('even: every stream keeps its distance, at a phase of its own', () => {
    const sources: Source[] = [0, 1, 2].map((flow) => ({ flow, periodMs: 3, burst: 1 }));
    const taken = take({ sources, pattern: 'even' }, 30);
    for (const { flow } of sources) {
      const own = taken.filter((each) => each.flow === flow).map(({ atMs }) => atMs);
      for (const [i, atMs] of own.entries()) expect(atMs).toBeCloseTo((own[0] ?? 0) + 3 * i, 9);
    }
    expect(new Set(taken.slice(0, 3).map(({ flow }) => flow)).size).toBe(3);
  });

  it('a burst is due at one moment', () => {
    const taken = take({ sources: [{ flow: 4, periodMs: 33, burst: 3 }], pattern: 'even' }, 6);
    const [first, , , second] = taken;
    expect(taken.slice(0, 3)).toEqual([first, first, first]);
    expect(taken.slice(3)).toEqual([second, second, second]);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeCloseTo(33, 9);
  });

  it('poisson: the mean distance is the period, and its spread is as large', () => {
    const count = 20_000;
    const atMs = take({ sources: [{ flow: 0, periodMs: 2, burst: 1 }], pattern: 'poisson' }, count).map(
      (each) => each.atMs,
    );
    const gaps = atMs.slice(1).map((at, i) => at - (atMs[i] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(mean).toBeCloseTo(2, 1);
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });

  it('without sources nothing is ever due', () => {
    expect(take({ sources: [], pattern: 'even' }, 1)[0]?.atMs).toBe(Number.POSITIVE_INFINITY);
  });
});
