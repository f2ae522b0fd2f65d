import { describe, expect, it } from 'vitest';
import type { Rate } from '../../../contract/runs.ts';
import { linePoints, lonePoints } from '../../../dashboard/src/charts/time-line.ts';
import { wholeTimes } from '../../../dashboard/src/charts/whole-times.ts';
import { timeSpan } from '../../../dashboard/src/overview/success-points.ts';
import { successFinding, successTable } from '../../../dashboard/src/overview/success-text.ts';

const hourMs = 3_600_000;
const start = Date.parse('2026-11-20T00:00:00Z');
const rate: Rate = { succeeded: 3, attempts: 4, rate: 0.75, low: 0.301, high: 0.954 };
const point = (hour: number, more: Partial<Rate> = {}) => ({
  at: new Date(start + hour * hourMs).toISOString(),
  ...rate,
  ...more,
});

describe('success rate over time', () => {
  it('breaks the line where buckets are missing', () => {
    const line = linePoints([point(0), point(1), point(4)], hourMs, 'rate');
    expect(line.map(({ y }) => y)).toEqual([0.75, 0.75, Number.NaN, 0.75]);
    expect(line[2]?.x).toBe(start + 2 * hourMs);
  });

  it('leaves a bucket without attempts empty instead of drawing zero', () => {
    const line = linePoints([point(0, { rate: null })], hourMs, 'rate');
    expect(line[0]?.y).toBeNaN();
  });

  it('finds the points that no band can show', () => {
    const points = [point(0), point(3), point(4), point(9)];
    expect(lonePoints(points, hourMs)).toEqual([points[0], points[3]]);
  });

  it('keeps a bucket on the chart that began before the range', () => {
    const series = [{ path: 'mesh' as const, total: rate, harnessFaults: 0, points: [point(0)] }];
    const now = start + 24.5 * hourMs;
    expect(timeSpan(series, { bucket: 'hour', range: '24h' }, now)).toEqual([start, now]);
    expect(timeSpan([], { bucket: 'hour', range: '24h' }, now)).toEqual([now - 24 * hourMs, now]);
  });

  it.each([
    ['an hour', hourMs, 6],
    ['a day', 24 * hourMs, 8],
    ['a week', 7 * 24 * hourMs, 3],
    ['ninety days', 90 * 24 * hourMs, 10],
  ])('labels %s at whole times, not too many', (_name, lengthMs, most) => {
    const times = wholeTimes(start + 123_456, start + 123_456 + lengthMs, most);
    expect(times.length).toBeGreaterThan(1);
    expect(times.length).toBeLessThanOrEqual(most + 1);
    for (const time of times) expect(new Date(time).getSeconds() + new Date(time).getMilliseconds()).toBe(0);
  });

  it('says the finding with n and interval, and has the same numbers as a table', () => {
    const series = [{ path: 'relay' as const, total: rate, harnessFaults: 0, points: [point(0), point(1)] }];
    expect(successFinding(series)).toBe(
      'Relay (TURN): 3 of 4 attempts succeeded, 75\u202f% (95 % interval 30–95\u202f%).',
    );
    const { rows, columns } = successTable(series);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toHaveLength(columns.length);
    expect(rows[0]?.slice(1)).toEqual(['Relay (TURN)', '75\u202f%', '30–95\u202f%', 'n = 4, 3 succeeded']);
  });
});
