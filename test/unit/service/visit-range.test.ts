import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutRange } from '../../../service/store/visit-range.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = Date.parse('2026-02-27T00:00:00Z');
const moment = fc.integer({ min: start, max: start + 5 * dayMs });

describe('cutRange', () => {
  it.each(['hour', 'day'] as const)(
    'leaves no gap and counts nothing twice, for buckets of an %s',
    (size) => {
      fc.assert(
        fc.property(moment, moment, (a, b) => {
          const range = { since: new Date(a).toISOString(), until: new Date(b).toISOString() };
          const { firstReports, firstHours, days, lastHours, lastReports } = cutRange(range, size);
          const parts = [firstReports, firstHours, days, lastHours, lastReports].map(({ since, until }) => ({
            from: Date.parse(since),
            to: Date.parse(until),
          }));
          let reached = a;
          for (const { from, to } of parts.filter((part) => part.to > part.from)) {
            expect(from).toBe(reached);
            reached = to;
          }
          expect(reached).toBe(Math.max(a, b));
          const units = [1, hourMs, size === 'day' ? dayMs : hourMs, hourMs, 1];
          for (const [index, { from, to }] of parts.entries()) {
            const unit = units[index] ?? 1;
            if (to > from) expect([from % unit, to % unit]).toEqual([0, 0]);
            if (unit === 1) expect(to - from).toBeLessThan(2 * hourMs);
          }
          if (size === 'hour') expect(days.since).toBe(days.until);
        }),
      );
    },
  );
});
