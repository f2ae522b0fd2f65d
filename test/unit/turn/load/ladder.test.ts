import { describe, expect, it } from 'vitest';
import type { StepOutcome } from '../../../../contract/load-report.ts';
import { Climb, firstStep, stepsOf } from '../../../../turn/load/ladder.ts';
import { medianRanks } from '../../../../turn/load/median-interval.ts';

describe('the steps of a ladder', () => {
  it.each([
    [{ from: 1_000, to: 2_000, factor: 1.25 }, [1_000, 1_250, 1_563, 1_953, 2_000]],
    [{ from: 5, to: 5, factor: 1.25 }, [5]],
    [{ from: 1, to: 3, factor: 1.25 }, [1, 2, 3]],
  ])('%j', (ladder, steps) => {
    expect(stepsOf(ladder)).toEqual(steps);
  });

  it.each([
    [[], 0],
    [[500], 1],
    [[600, 500], 1],
    [[200], 0],
    [[600, null], 0],
  ])('after %j the next run begins at step %d', (carried, first) => {
    expect(firstStep([100, 200, 300, 400, 500, 600], carried)).toBe(first);
  });
});

describe('a climb', () => {
  const climb = (...outcomes: StepOutcome[]) => {
    const climbing = new Climb([10, 20, 30]);
    const offers = outcomes.map((outcome) => {
      const { offer } = climbing;
      climbing.onStep(outcome);
      return offer;
    });
    const { carried, failed, end, offer } = climbing;
    return { offers, next: offer, carried, failed, end };
  };

  it.each<[StepOutcome[], ReturnType<typeof climb>]>([
    [['carried'], { offers: [10], next: 20, carried: 10, failed: null, end: 'stopped' }],
    [['carried', 'loss'], { offers: [10, 20], next: null, carried: 10, failed: 20, end: 'loss' }],
    [['latency'], { offers: [10], next: null, carried: null, failed: 10, end: 'latency' }],
    [['carried', 'policy'], { offers: [10, 20], next: null, carried: 10, failed: 20, end: 'policy' }],
    [
      ['carried', 'carried', 'carried'],
      { offers: [10, 20, 30], next: null, carried: 30, failed: null, end: 'end' },
    ],
    [['target-failed'], { offers: [10], next: null, carried: null, failed: null, end: 'target-failed' }],
  ])('%j', (outcomes, expected) => {
    expect(climb(...outcomes)).toEqual(expected);
  });

  it('offers a step once more when the generator was its limit, and ends when it is so again', () => {
    expect(climb('carried', 'generator-limited', 'carried')).toMatchObject({
      offers: [10, 20, 20],
      next: 30,
      carried: 20,
    });
    expect(climb('carried', 'generator-limited', 'generator-limited')).toMatchObject({
      offers: [10, 20, 20],
      next: null,
      carried: 10,
      failed: null,
      end: 'generator-limited',
    });
  });

  it('takes no outcome after its end', () => {
    expect(climb('loss', 'carried')).toMatchObject({ carried: null, failed: 10, end: 'loss' });
  });
});

describe('the interval of a median', () => {
  // P(the median lies between the k-th lowest and the k-th highest) = 1 − 2·P(Binomial(n, ½) ≤ k − 1).
  it.each([
    [1, 0, 0],
    [2, 0, 0.5],
    [3, 0, 0.75],
    [5, 0, 0.9375],
    [6, 0, 0.96875],
    [9, 1, 0.9609375],
    [20, 5, 0.95861],
  ])('%d values: rank %d, confidence %d', (n, rank, confidence) => {
    const found = medianRanks(n);
    expect(found.rank).toBe(rank);
    expect(found.confidence).toBeCloseTo(confidence, 5);
  });
});
