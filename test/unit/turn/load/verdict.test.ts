import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import type { LadderEnd, LoadRun } from '../../../../contract/load-report.ts';
import { Conductor } from '../../../../turn/load/conductor.ts';
import { headlineOfLoad } from '../../../../turn/load/headline.ts';
import { joinCounts } from '../../../../turn/load/step-count.ts';
import { verdictOf } from '../../../../turn/load/verdict.ts';
import { throughputOf, type Way } from '../../../../turn/load/wire.ts';
import { quiet } from './quiet-count.ts';

const profile = loadProfileSchema.parse({});
const run = (end: LadderEnd, carried: number | null, failed: number | null = null): LoadRun => ({
  steps: [],
  carried,
  failed,
  end,
});
const way: Way = { family: 'ipv4', transport: 'udp' };
const stepWith = (failures: Record<string, number>) =>
  new Conductor(profile, way).onStep(joinCounts([{ ...quiet, failures }], 1));
const verdict = (...runs: LoadRun[]) => verdictOf(runs, profile, way);
const sentence = (...runs: LoadRun[]) =>
  headlineOfLoad({ uri: 'turn:t', verdict: verdict(...runs), profile, failure: null }).sentence;

describe('the verdict of several runs', () => {
  it('five runs that found the limit', () => {
    const runs = [
      run('loss', 8_000, 10_000),
      run('loss', 10_000, 12_500),
      run('latency', 8_000, 10_000),
      run('loss', 8_000, 10_000),
      run('loss', 6_400, 8_000),
    ];
    expect(verdict(...runs)).toEqual({
      kind: 'capacity',
      carried: 8_000,
      interval: { low: 6_400, high: 12_500, confidence: 0.9375 },
      limit: 'loss',
      decided: 5,
      runs: 5,
      // 50 packets a second each.
      streams: 160,
      throughput: throughputOf(8_000, profile, way),
    });
    expect(sentence(...runs)).toBe(
      'turn:t: carries 8,000 packets/s each way (5 runs; limit between 6,400 and 12,500, 93 % sure), then losses beyond 0.5 %.',
    );
  });

  it('a generator that was the limit in more than a third of the runs: nothing about the server', () => {
    const limited = run('generator-limited', 5_000);
    expect(verdict(limited, limited, run('loss', 8_000, 10_000))).toMatchObject({
      kind: 'generator-limited',
      carried: null,
      interval: null,
      streams: null,
    });
    expect(verdict(limited, run('loss', 8_000, 10_000), run('loss', 8_000, 10_000))).toMatchObject({
      kind: 'capacity',
      carried: 8_000,
      decided: 2,
    });
  });

  it('carried to the end: a lower bound, and no interval is made up', () => {
    expect(verdict(run('end', 20_000), run('end', 20_000), run('loss', 16_000, 20_000))).toMatchObject({
      kind: 'at-least',
      carried: 20_000,
      interval: null,
    });
    expect(
      verdict(run('end', 20_000), run('loss', 16_000, 20_000), run('loss', 12_800, 16_000)),
    ).toMatchObject({
      kind: 'capacity',
      carried: 16_000,
      interval: null,
    });
  });

  it('a refusal by its settings is named with the code, the share and the setting', () => {
    const refused = { ...run('policy', 100, 125), steps: [stepWith({ 'turn-486': 200 })] };
    const most = { ...run('policy', 100, 125), steps: [stepWith({ 'turn-508': 300 })] };
    const held = loadProfileSchema.parse({ axis: 'held' });
    const found = verdictOf([refused, most, refused], held, way);
    expect(found).toMatchObject({
      kind: 'capacity',
      limit: 'policy',
      policy: { code: 'turn-508', share: 0.3 },
    });
    const { sentence: text, advice } = headlineOfLoad({
      uri: 'turn:t',
      verdict: found,
      profile: held,
      failure: null,
    });
    expect(text).toContain('then 30 % refused with 508 (coturn: min-port and max-port;');
    expect(advice[0]).toContain('no matter of load');
    // One that was refused may have been slow as well: the setting is the nearer reason.
    expect(verdict(run('latency', 5, 6), run('policy', 5, 6)).limit).toBe('policy');
  });

  it.each([
    ['below-ladder', [run('loss', null, 1_000), run('loss', null, 1_000)]],
    ['target-failed', [run('target-failed', null), run('target-failed', 2_000)]],
    ['stopped', [run('stopped', 4_000)]],
    ['stopped', []],
  ])('%s', (kind, runs) => {
    expect(verdict(...runs)).toMatchObject({ kind, carried: null });
    expect(sentence(...runs).length).toBeGreaterThan(20);
  });
});
