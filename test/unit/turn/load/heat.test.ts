import { describe, expect, it } from 'vitest';
import { Heat, joinHeat, sliceMsOf } from '../../../../turn/load/heat.ts';

describe('delays over the time of a step', () => {
  it.each([
    [300, 100],
    [2_500, 100],
    [25_000, 1_000],
    [25_001, 2_000],
    [3_600_000, 200_000],
  ])('a step of %i ms has slices of %i ms', (lastsMs, sliceMs) => {
    expect(sliceMsOf(lastsMs)).toBe(sliceMs);
  });

  it('counts by the time at which something was due, and by the band of its delay', () => {
    const heat = new Heat(1_000, 1_250);
    for (const dueMs of [1_000, 1_099.9, 1_100, 1_249]) heat.sent(dueMs);
    heat.back(1_000, 0.1);
    heat.back(1_099.9, 0.11);
    heat.back(1_249, 9_999);
    expect(heat.state()).toEqual({
      sliceMs: 100,
      slices: [
        { sent: 2, counts: [1, 1] },
        { sent: 1, counts: [] },
        { sent: 1, counts: [...Array<number>(12).fill(0), 1] },
      ],
    });
  });

  it('workers are added up; where one tells nothing, or in other slices, nothing is told of all', () => {
    const slices = [
      { sent: 2, counts: [1, 1] },
      { sent: 1, counts: [] },
    ];
    const one = { sliceMs: 100, slices };
    const other = { sliceMs: 100, slices: slices.toReversed() };
    expect(joinHeat([one, other])).toEqual({
      sliceMs: 100,
      slices: [
        { sent: 3, counts: [1, 1] },
        { sent: 3, counts: [1, 1] },
      ],
    });
    expect(joinHeat([one, undefined])).toBeNull();
    expect(joinHeat([one, { ...one, sliceMs: 200 }])).toBeNull();
    expect(joinHeat([one, { ...one, slices: [] }])).toBeNull();
    expect(joinHeat([])).toBeNull();
  });
});
