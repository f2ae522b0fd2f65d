import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../../turn/load/histogram.ts';

const times = fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 400 });

function histogramOf(us: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const each of us) histogram.record(each / 1000);
  return histogram;
}

function exact(us: readonly number[], percent: number): number {
  const sorted = us.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1] ?? 0;
}

describe('the histogram of durations', () => {
  it('is never off by more than 1 %, nor by more than 1 µs below 256 µs', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0, max: 100, noNaN: true }), (us, percent) => {
        const truth = exact(us, percent);
        const told = histogramOf(us).percentileUs(percent) ?? -1;
        expect(Math.abs(told - truth)).toBeLessThanOrEqual(Math.max(1, truth / 100));
      }),
    );
  });

  it('joins what several processes counted', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        const states = [a, b].map((us) => JSON.parse(JSON.stringify(histogramOf(us).state())));
        expect(Histogram.of(states).state()).toEqual(histogramOf([...a, ...b]).state());
      }),
    );
  });

  it.each([
    [[], 50, null],
    [[7], 99, 7],
    [[1, 2, 3, 4], 50, 2],
    [[1, 2, 3, 4], 100, 4],
    [[100_000, 300_001], 100, 300_001],
  ])('%j: percentile %d is %j', (us, percent, expected) => {
    expect(histogramOf(us).percentileUs(percent)).toBe(expected);
  });

  it('takes what lies outside: before the due time, and half an hour late', () => {
    const histogram = new Histogram();
    histogram.record(-1);
    expect(histogram.percentileUs(100)).toBe(0);
    histogram.record(1e12);
    expect(histogram.percentileUs(100)).toBe(2 ** 31 - 1);
    expect(histogram.samples).toBe(2);
    histogram.clear();
    expect(histogram.state()).toEqual({ buckets: [], counts: [], maxUs: 0 });
  });
});
