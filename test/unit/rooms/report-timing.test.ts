import { describe, expect, it } from 'vitest';
import { linksToSee, ReportTiming } from '../../../rooms/report-timing.ts';

const timing = { warmUpSec: 1, holdSec: 2, limitSec: 10 };

function begun(atMs: number): ReportTiming {
  const made = new ReportTiming(timing);
  made.begin(atMs);
  return made;
}

describe('a page that joined by itself', () => {
  it('warms up when all are seen, measures, and reports once', () => {
    const made = begun(500);
    expect([600, 900].map((nowMs) => made.look(nowMs, false))).toEqual(['wait', 'wait']);
    expect(made.everyoneSeenMs).toBeNull();
    expect([1_100, 2_000, 2_100].map((nowMs) => made.look(nowMs, true))).toEqual(['wait', 'wait', 'measure']);
    expect(made.everyoneSeenMs).toBe(600);
    expect([4_000, 4_100, 9_000].map((nowMs) => made.look(nowMs, true))).toEqual(['wait', 'report', 'wait']);
  });

  it('goes on although somebody is lost while it measures', () => {
    const made = begun(0);
    made.look(0, true);
    expect(made.look(1_000, false)).toBe('measure');
    expect(made.look(3_000, false)).toBe('report');
  });

  it('does not wait for ever for who is not seen, and says so', () => {
    const made = begun(0);
    expect([9_900, 10_000, 12_000].map((nowMs) => made.look(nowMs, false))).toEqual([
      'wait',
      'measure',
      'report',
    ]);
    expect(made.everyoneSeenMs).toBeNull();
  });

  it('begins anew with every path, and does nothing before the first', () => {
    expect(new ReportTiming(timing).look(20_000, true)).toBe('wait');
    const made = begun(0);
    made.look(0, true);
    made.look(1_000, true);
    made.begin(1_500);
    expect(made.everyoneSeenMs).toBeNull();
    expect(made.look(3_500, false)).toBe('wait');
    expect(made.look(4_000, true)).toBe('wait');
    expect(made.everyoneSeenMs).toBe(2_500);
    expect([5_000, 7_000].map((nowMs) => made.look(nowMs, true))).toEqual(['measure', 'report']);
  });
});

describe('all are seen', () => {
  it.each([
    [{ kind: 'mesh' }, 3],
    [{ kind: 'sfu', server: 'embedded' }, 3],
    [{ kind: 'mcu', server: 'janus' }, 1],
  ] as const)('over %j with %i links of three others', (path, links) => {
    expect(linksToSee(path, 3)).toBe(links);
  });
});
