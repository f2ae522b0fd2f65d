import { describe, expect, it } from 'vitest';
import { restBetweenTurns } from '../../../../turn/load/turn-rest.ts';

describe('the rest between two turns of a worker', () => {
  const sources = (flows: number, periodMs: number) =>
    Array.from({ length: flows }, (_, flow) => ({ flow, periodMs, burst: 1 }));

  it.each([
    ['nothing to do', sources(0, 1), 0],
    ['1,000 packets/s: every answer is seen at once', sources(20, 20), 0],
    ['2,000 packets/s', sources(20, 10), 0],
    ['10,000 packets/s', sources(20, 2), 0.25],
    ['20,000 packets/s', sources(20, 1), 0.2],
    ['80,000 packets/s', sources(80, 1), 0.05],
  ])('%s', (_name, some, restMs) => {
    expect(restBetweenTurns(some)).toBe(restMs);
    // With turns that cost little the rest stays as long as it may be.
    expect(restBetweenTurns(some, Number.POSITIVE_INFINITY)).toBe(restMs === 0 ? 0 : 0.25);
  });
});
