import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import type { LoadReportBody, LoadRun } from '../../../../contract/load-report.ts';
import { compareLoads } from '../../../../turn/load/compare-loads.ts';
import { rankSumP } from '../../../../turn/load/rank-sum.ts';
import { verdictOf } from '../../../../turn/load/verdict.ts';

describe('the rank sum test', () => {
  // Choices of the first sample that are as far from the middle, of all choices.
  it.each([
    [[1, 2, 3], [4, 5, 6], 2 / 20],
    [[1, 2, 3, 4], [5, 6, 7, 8], 2 / 70],
    [[1, 3, 5], [2, 4, 6], 14 / 20],
    [[7, 7], [7, 7], 1],
    [[1, 1, 2], [2, 3, 3], 4 / 20],
  ])('%j against %j: p = %d', (a, b, p) => {
    expect(rankSumP(a, b)).toBeCloseTo(p, 12);
    expect(rankSumP(b, a)).toBeCloseTo(p, 12);
  });
});

describe('two loads', () => {
  const profile = loadProfileSchema.parse({});
  function body(carried: readonly number[], more: Partial<LoadReportBody> = {}): LoadReportBody {
    const runs = carried.map(
      (value): LoadRun => ({ steps: [], carried: value, failed: 1.25 * value, end: 'loss' }),
    );
    return {
      headline: { status: 'good', code: 'load-capacity', sentence: '', advice: [] },
      target: {
        uri: 'turn:t',
        endpoint: { address: '192.0.2.1', port: 3478 },
        transport: 'udp',
        software: null,
      },
      axis: 'packets',
      profile,
      verdict: verdictOf(runs, profile, { family: 'ipv4', transport: 'udp' }),
      failure: null,
      runs,
      host: { system: '', processor: '', cores: 1, node: '' },
      durationMs: 1,
      ...more,
    };
  }

  it.each([
    [[10, 10, 8, 10, 12.5], [8, 6.4, 6.4, 5, 6.4], 'less', true],
    [[8, 6.4, 6.4, 5, 6.4], [10, 10, 12.5, 10, 12.5], 'more', true],
    [[8, 10, 8, 10, 8], [10, 8, 10, 8, 10], 'none', true],
    [[10, 10, 10], [1, 1, 1], 'none', false],
  ])('%j → %j: %s', (before, after, change, isDecidable) => {
    const compared = compareLoads(body(before), body(after));
    expect(compared).toMatchObject({ ok: true, comparison: { change, isDecidable } });
  });

  it('are not compared when they were made in another way, or say nothing about the server', () => {
    const other = loadProfileSchema.parse({ traffic: { mix: [{ bytes: 1_200 }] } });
    expect(compareLoads(body([8]), body([8], { profile: other }))).toEqual({
      ok: false,
      problem: 'they were not made in the same way: traffic differs',
    });
    const silent = body([8], { verdict: { ...body([8]).verdict, kind: 'generator-limited', carried: null } });
    expect(compareLoads(silent, body([8])).ok).toBe(false);
    expect(compareLoads(body([8]), silent).ok).toBe(false);
  });
});
