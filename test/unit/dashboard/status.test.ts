import { describe, expect, it } from 'vitest';
import { dateOfSlot, daySlots, dayTone, shownDays, sumDays } from '../../../dashboard/status/status-days.ts';
import { formatMoment, speakStatus } from '../../../dashboard/status/status-words.ts';

const now = '2026-11-21T12:30:00.000Z';
const day = (date: string, succeeded: number, attempts: number) => ({
  at: `${date}T00:00:00.000Z`,
  attempts,
  succeeded,
});

describe('90 days of a monitor', () => {
  const days = [
    day('2026-08-01', 1, 9),
    day('2026-08-24', 9, 10),
    day('2026-11-20', 99, 100),
    day('2026-11-21', 5, 5),
  ];
  const slots = daySlots(days, now);

  it('have a place each, today last; older days and days without results have none', () => {
    expect(slots).toHaveLength(shownDays);
    expect([slots[0], slots[1], slots.at(-1)]).toEqual([days[1], null, days[3]]);
    expect(dateOfSlot(0, now)).toBe(days[1]?.at);
    expect(daySlots([day('2026-11-21', 0, 0)], now).at(-1)).toBeNull();
  });

  it('are good only when all succeeded', () => {
    expect(slots.filter((slot) => slot !== null).map(dayTone)).toEqual(['failed', 'warned', 'ok']);
    expect(dayTone(null)).toBe('none');
  });

  it('are summed up with the worst day first', () => {
    expect(sumDays(slots)).toEqual({ measured: 3, succeeded: 113, attempts: 115, bad: [days[1], days[2]] });
  });
});

describe('the words of the status page', () => {
  it('are Korean where the browser speaks it, else English', () => {
    expect(speakStatus(['fr', 'ko-KR']).words.title).toBe('상태');
    expect(speakStatus(['fr']).language).toBe('en');
  });

  it('say one day and several, and when a time was, with its zone', () => {
    const spoken = speakStatus(['en']);
    expect(spoken.words.sum('100 %', '34', 1)).toBe('100 % of 34 measurements on 1 day succeeded.');
    expect(spoken.words.sum('99 %', '340', 2)).toContain('on 2 days');
    for (const tag of ['en', 'ko']) {
      expect(formatMoment(now, speakStatus([tag]))).toMatch(/(UTC|GMT|[A-Z]{2,5})(?:[+-]\S+)?$/);
    }
  });

  it('name every state and tone in both languages', () => {
    for (const tag of ['en', 'ko']) {
      const { overall, states, legend } = speakStatus([tag]).words;
      const texts = [...Object.values(overall), ...Object.values(states), ...legend];
      expect(texts).toHaveLength(12);
      expect(texts.every((text) => text !== '')).toBe(true);
    }
  });
});
