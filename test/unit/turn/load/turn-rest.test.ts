import { describe, expect, it } from 'vitest';
import { batchedTurns, eventLoopTurns, restBetweenTurns } from '../../../../turn/load/turn-rest.ts';

describe('the rest between two turns of a worker', () => {
  const sources = (flows: number, periodMs: number) =>
    Array.from({ length: flows }, (_, flow) => ({ flow, periodMs, burst: 1 }));

  it.each([
    ['nothing to do', sources(0, 1), 0, 0],
    ['1,000 packets/s: every answer is seen at once', sources(20, 20), 0, 0],
    ['2,000 packets/s', sources(20, 10), 0, 0],
    ['8,000 packets/s', sources(20, 2.5), 0.25, 0.25],
    ['10,000 packets/s', sources(20, 2), 0.25, 0.5],
    ['20,000 packets/s', sources(20, 1), 0.2, 0.5],
    ['80,000 packets/s', sources(80, 1), 0.05, 0.5],
  ])('%s', (_name, some, ofEventLoop, batched) => {
    expect(restBetweenTurns(some, eventLoopTurns)).toBe(ofEventLoop);
    expect(restBetweenTurns(some, batchedTurns)).toBe(batched);
  });
});
