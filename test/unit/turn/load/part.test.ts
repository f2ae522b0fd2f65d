import { describe, expect, it } from 'vitest';
import { readPart } from '../../../../cli/load-part.ts';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { placeOf, scheduleMs, slotStartMs } from '../../../../turn/load/part.ts';
import { planProblem } from '../../../../turn/load/plan.ts';
import { kindsOfFlows } from '../../../../turn/load/traffic.ts';

const nowMs = Date.parse('2026-12-01T01:00:00Z');
const profile = loadProfileSchema.parse({
  workers: 2,
  ladder: { from: 1_000, to: 2_000 },
  step: { seconds: 6, discardSec: 1, drainMs: 1_000 },
  runs: 2,
});

describe('a part of a load', () => {
  it('has its place among the workers of all machines, and no flow is made twice or by nobody', () => {
    const places = [1, 2, 3].flatMap((number) =>
      [0, 1].map((worker) => placeOf(worker, profile, { number, of: 3, startAtMs: nowMs })),
    );
    expect(places.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const flows = places.map(({ index, of }) => kindsOfFlows(profile.traffic, index, of).length);
    expect(flows).toEqual([4, 4, 3, 3, 3, 3]);
    expect(placeOf(1, profile, null)).toEqual({ index: 1, of: 2 });
  });

  it('every step of every run has its time', () => {
    const part = { number: 2, of: 3, startAtMs: nowMs };
    const at = (run: number, offered: number) => slotStartMs(profile, part, { run, offered }) - nowMs;
    expect([at(0, 1_000), at(0, 1_250), at(1, 1_000), at(1, 2_000)]).toEqual([0, 10_000, 50_000, 90_000]);
    expect(scheduleMs(profile)).toBe(100_000);
  });

  it.each([
    ['it is the whole', {}, null],
    [
      'one of three',
      { part: '2/3', startAt: '2026-12-01T03:00:00+01:00' },
      { number: 2, of: 3, startAtMs: nowMs + 3_600_000 },
    ],
    ['one of two that meet', { part: '1/2', bus: 'nats://127.0.0.1' }, { number: 1, of: 2, startAtMs: null }],
  ])('as the command line says: %s', (_name, flags, part) => {
    expect(readPart(flags, nowMs)).toEqual(part);
  });

  const startAt = '2026-12-01T02:00:00Z';
  it.each([
    [{ part: '2/3' }, '--start-at is missing'],
    [{ startAt }, '--part is missing'],
    [{ part: '4/3', startAt }, '--part 4/3'],
    [{ part: '0/3', startAt }, '--part 0/3'],
    [{ part: '1/1', startAt }, '--part 1/1'],
    [{ part: '1/65', startAt }, '--part 1/65'],
    [{ part: 'b', startAt }, '--part b'],
    [{ part: '1/2', startAt: '2026-12-01T02:00:00' }, 'with its zone'],
    [{ part: '1/2', startAt: 'soon' }, 'with its zone'],
    [{ part: '1/2', bus: 'nats://127.0.0.1', startAt }, '--bus and --start-at'],
    [{ bus: 'nats://127.0.0.1' }, '--part is missing'],
    [{ meet: 'night' }, 'go with --bus'],
    [{ part: '1/2', startAt: '2026-12-01T00:59:59Z' }, 'is over'],
    [{ part: '1/2', startAt: '2027-12-01T02:00:00Z' }, 'more than a day ahead'],
  ])('refuses %j', (flags, words) => {
    expect(() => readPart(flags, nowMs)).toThrow(words);
  });

  it.each([
    [{}, null],
    [{ traffic: { flows: 5 } }, 'flows are too few for 6 workers'],
    [{ peer: { kind: 'hairpin' } }, 'an even number for each worker'],
    [{ runs: 50, limits: { minutes: 10 } }, '42 minutes, because parts make every step of every run'],
    [{ axis: 'held', workers: 1 }, 'no step has a fixed one'],
  ])('cannot be planned: %j', (more, words) => {
    const changed = loadProfileSchema.parse({ ...profile, ...more });
    const problem = planProblem(changed, { of: 3 })?.problem ?? null;
    if (words === null) expect(problem).toBeNull();
    else expect(problem).toContain(words);
  });
});
