import { expect, it } from 'vitest';
import {
  delayFigures,
  type QualityFigures,
  suitedFor,
} from '../../../dashboard/check/more/quality-figures.ts';

it('knows delay, loss, and jitter as RFC 3550 §6.4.1 has it', () => {
  expect(delayFigures([20, 20, 20, 20], 5)).toEqual({
    rttMs: 20,
    jitterMs: 0,
    lossRate: expect.closeTo(0.2),
  });
  // One difference of 16 ms, then none: 16/16, then 15/16 of that.
  expect(delayFigures([20, 36, 36], 3).jitterMs).toBeCloseTo(15 / 16);
  expect(delayFigures([], 0)).toEqual({ rttMs: null, jitterMs: null, lossRate: null });
});

const fine: QualityFigures = { rttMs: 40, jitterMs: 3, lossRate: 0, kbitPerSec: 9_000, capped: false };
it.each<[string, Partial<QualityFigures>, ReturnType<typeof suitedFor>]>([
  ['a good path', {}, 'video'],
  ['unknown throughput', { kbitPerSec: null }, 'video'],
  ['little bandwidth', { kbitPerSec: 300 }, 'audio'],
  ['some loss', { lossRate: 0.04 }, 'audio'],
  ['much loss', { lossRate: 0.1 }, 'poor'],
  ['a satellite', { rttMs: 650 }, 'poor'],
  ['nothing came back', { rttMs: null, jitterMs: null }, null],
])('%s', (_name, figures, use) => {
  expect(suitedFor({ ...fine, ...figures })).toBe(use);
});
