import { describe, expect, it } from 'vitest';
import { firstNormal, judgeRecovery, recoveryPlan } from '../../../../turn/load/recovery.ts';
import { joinSlices, type Slice, Slices } from '../../../../turn/load/slices.ts';
import { joinCounts, type StepCount } from '../../../../turn/load/step-count.ts';
import { all, quiet } from './quiet-count.ts';

describe('slices of time', () => {
  it('count by the time at which something was due, and what came back too late as not good', () => {
    const slices = new Slices({ lengthMs: 100, limitMs: 20 }, 1_000, 1_250);
    for (const dueMs of [1_000, 1_099, 1_100, 1_249]) slices.sent(dueMs);
    slices.back(1_000, 20);
    slices.back(1_099, 21);
    slices.back(1_249, 1);
    expect(slices.all()).toEqual([
      { sent: 2, good: 1 },
      { sent: 1, good: 0 },
      { sent: 1, good: 1 },
    ]);
  });

  it('of several workers are added up', () => {
    expect(
      joinSlices([
        [{ sent: 1, good: 1 }],
        [
          { sent: 2, good: 0 },
          { sent: 3, good: 3 },
        ],
      ]),
    ).toEqual([
      { sent: 3, good: 1 },
      { sent: 3, good: 3 },
    ]);
    expect(joinSlices([])).toEqual([]);
  });
});

/** Each figure is how many of 50 come back in time, in one slice of 100 ms. */
const of50 = (...good: number[]): Slice[] => good.map((value) => ({ sent: 50, good: value }));
const repeated = (good: number, times: number) => Array.from({ length: times }, () => good);

describe('back to normal', () => {
  it.each<[string, Slice[], number | null]>([
    ['at once', of50(...repeated(50, 20)), 0],
    ['after 300 ms', of50(0, 10, 30, ...repeated(50, 12)), 300],
    ['a moment that does not last', of50(0, 50, 50, 0, ...repeated(50, 12)), 400],
    ['1 % may be late', of50(0, ...repeated(50, 5), 49, ...repeated(50, 9)), 100],
    ['not for a whole second', of50(...repeated(0, 10), ...repeated(50, 9)), null],
    ['never', of50(...repeated(25, 30)), null],
    ['nothing was sent', Array.from({ length: 30 }, () => ({ sent: 0, good: 0 })), null],
  ])('%s', (_name, slices, ms) => {
    expect(firstNormal(slices)?.ms ?? null).toBe(ms);
  });
});

describe('a recovery', () => {
  const plan = recoveryPlan(200, { overloadPercent: 150, overloadSec: 5, afterPercent: 50, afterSec: 2 });
  const judge = (over: Partial<StepCount>, low: Partial<StepCount>, slices: readonly Slice[]) =>
    judgeRecovery({
      plan,
      carried: 200,
      overload: joinCounts([{ ...quiet, sent: 1_500, ...over }], 1),
      after: joinCounts([{ ...quiet, sent: 200, ...low }], 1),
      slices,
    });
  const normal = of50(0, ...repeated(50, 19));

  it('is planned from what was carried', () => {
    expect(plan).toEqual({ overload: { offered: 300, seconds: 5 }, after: { offered: 100, seconds: 2 } });
  });

  it.each<[string, ReturnType<typeof judge>, object]>([
    ['recovered', judge({}, {}, normal), { recoveredMs: 100, samples: 500, reasons: [] }],
    ['not-recovered', judge({}, {}, of50(...repeated(0, 20))), { recoveredMs: null, samples: null }],
    ['generator-limited', judge({}, { lateness: all(2_000) }, normal), { recoveredMs: null }],
    // 5 s of 200 a second are no overload.
    ['generator-limited', judge({ sent: 1_000, unsent: 500 }, {}, normal), { recoveredMs: null }],
    // That the generator was late beyond the limit does not change that it was too much.
    ['recovered', judge({ lateness: all(2_000) }, {}, normal), { recoveredMs: 100 }],
  ])('%s', (outcome, recovery, more) => {
    expect(recovery).toMatchObject({ outcome, ...more });
  });
});
