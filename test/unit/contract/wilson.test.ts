import { describe, expect, it } from 'vitest';
import { wilsonRate } from '../../../contract/wilson.ts';

describe('wilsonRate', () => {
  // Newcombe, “Two-sided confidence intervals for the single proportion”, Stat. Med. 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i as published', (succeeded, attempts, low, high) => {
    const rate = wilsonRate(succeeded, attempts);
    expect(rate.rate).toBe(succeeded / attempts);
    expect(rate.low).toBeCloseTo(low, 4);
    expect(rate.high).toBeCloseTo(high, 4);
  });

  it('ends where the score test rejects: (p − k/n)² = z² p (1 − p) / n', () => {
    for (const [k, n] of [
      [3, 10],
      [8, 10],
      [990, 1000],
    ] as const) {
      const { low, high } = wilsonRate(k, n);
      for (const p of [low, high]) {
        if (p === null) throw new Error('null');
        expect((p - k / n) ** 2).toBeCloseTo((3.841458820694124 * p * (1 - p)) / n, 12);
      }
    }
  });

  it('says nothing about nothing', () => {
    expect(wilsonRate(0, 0)).toEqual({ succeeded: 0, attempts: 0, rate: null, low: null, high: null });
  });

  it('is symmetric, holds the rate, stays within 0 to 1, and narrows with n', () => {
    for (let n = 1; n <= 60; n++) {
      for (let k = 0; k <= n; k++) {
        const { low, high, rate } = wilsonRate(k, n);
        const mirror = wilsonRate(n - k, n);
        if (low === null || high === null || rate === null || mirror.high === null) throw new Error('null');
        expect(low).toBeCloseTo(1 - mirror.high, 12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
      }
    }
    const width = (n: number) => (wilsonRate(n / 2, n).high ?? 0) - (wilsonRate(n / 2, n).low ?? 0);
    expect(width(1000)).toBeLessThan(width(100) / 3);
  });
});
