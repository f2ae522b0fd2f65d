import { describe, expect, it } from 'vitest';
import { type Attendance, meetingAnswerSchema } from '../../../../contract/load-meeting.ts';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { clockDifference, Meeting, surer } from '../../../../turn/load/meeting.ts';
import { partSettings } from '../../../../turn/load/part-settings.ts';

const settings = { traffic: '{}', ladder: '[1]' };
const part = (number: number, more: Partial<Attendance> = {}): Attendance => ({
  ...{ number, of: 3, who: `machine-${number}`, settings },
  ...more,
});
const [nowMs, leadMs] = [1_800_000_000_000, 30_000];

describe('machines that meet', () => {
  it('wait for each other, and all begin at the same time, however often they ask', () => {
    const meeting = new Meeting(part(1), leadMs);
    const at = (ms: number, number: number) => meeting.answer(nowMs + ms, part(number));
    expect(at(0, 1)).toEqual({ kind: 'wait', missing: [2, 3], nowMs });
    expect(at(5, 3)).toMatchObject({ kind: 'wait', missing: [2] });
    const start = { kind: 'start', startAtMs: nowMs + 20 + leadMs };
    expect(at(20, 2)).toEqual({ ...start, nowMs: nowMs + 20 });
    for (const number of [1, 2, 3]) expect(at(500, number)).toMatchObject(start);
    expect(meetingAnswerSchema.parse(at(500, 1))).toEqual(at(500, 1));
  });

  it.each([
    ['another number of parts', { of: 2 }, 'part 1 makes one of 3 parts, part 2 one of 2'],
    ['another ladder', { settings: { ...settings, ladder: '[2]' } }, 'parts 1 and 2 differ in ladder'],
    ['a setting that the first does not know', { settings: { ...settings, more: '1' } }, 'differ in more'],
  ])('%s is refused', (_name, more, words) => {
    const answer = new Meeting(part(1), leadMs).answer(nowMs, part(2, more));
    expect(answer).toMatchObject({ kind: 'refused', problem: expect.stringContaining(words) });
  });

  it('a second machine with the same number is refused, and the load is not made without the others', () => {
    const meeting = new Meeting(part(1), leadMs);
    expect(meeting.answer(nowMs, part(1, { who: 'other' }))).toMatchObject({ kind: 'refused' });
    meeting.answer(nowMs, part(2));
    const again = meeting.answer(nowMs, part(2, { who: 'other' }));
    expect(again).toMatchObject({ kind: 'refused', problem: 'part 2 is there twice' });
    expect(meeting.missing).toEqual([3]);
  });
});

describe('settings of a part', () => {
  it('engine and place of the peers are each machine’s own', () => {
    const target = { endpoint: { address: '192.0.2.1', port: 3478 }, transport: 'udp' } as const;
    const of = (profile: object) => partSettings(target, loadProfileSchema.parse(profile));
    const own = { engine: 'portable', peer: { address: '192.0.2.9' }, name: 'night' };
    expect(of(own)).toEqual(of({}));
    expect(of({ peer: { kind: 'hairpin' } })).not.toEqual(of({}));
    expect(of({ runs: 2 })).not.toEqual(of({}));
  });
});

describe('the clock of another machine', () => {
  it('is as exact as the way of the answer was short', () => {
    const [slow, fast] = [clockDifference(1_000, 1_200, 600), clockDifference(5_000, 5_010, 4_500)];
    expect(slow).toEqual({ byMs: 500, withinMs: 100 });
    expect(fast).toEqual({ byMs: 505, withinMs: 5 });
    expect(surer(null, slow)).toBe(slow);
    expect(surer(slow, fast)).toBe(fast);
    expect(surer(fast, slow)).toBe(fast);
  });
});
