import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { planOf, planProblem } from '../../../../turn/load/plan.ts';
import { SeenWindow } from '../../../../turn/load/seen-window.ts';
import { Stamper, StampReader, stampBytes } from '../../../../turn/load/stamp.ts';
import { kindsOfFlows, meanStream, sourcesOf } from '../../../../turn/load/traffic.ts';

const { traffic } = loadProfileSchema.parse({
  traffic: {
    flows: 10,
    mix: [
      { name: 'audio', share: 4, bytes: 160, perSec: 50 },
      { name: 'video', share: 1, bytes: 1_100, perSec: 300, burst: 10 },
    ],
  },
});

describe('a mix of streams', () => {
  it('shares flows out by weight, and over workers without remainder', () => {
    const names = kindsOfFlows(traffic, 0, 1).map(({ name }) => name);
    expect(names.filter((name) => name === 'video')).toHaveLength(2);
    const split = [0, 1, 2].map((worker) => kindsOfFlows(traffic, worker, 3));
    expect(split.map((kinds) => kinds.length)).toEqual([4, 3, 3]);
    expect(split.flat().filter(({ name }) => name === 'video')).toHaveLength(2);
  });

  it('keeps the proportions of the kinds at every rate', () => {
    const kinds = kindsOfFlows(traffic, 0, 1);
    const rates = sourcesOf(kinds, 10_000).map(({ burst, periodMs }) => (1000 * burst) / periodMs);
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(10_000, 6);
    // 8 × 50 and 2 × 300 of 1000.
    for (const [i, { name }] of kinds.entries())
      expect(rates[i]).toBeCloseTo(name === 'audio' ? 500 : 3_000, 6);
  });

  it('has a mean stream: packets a second, and bytes by packets', () => {
    expect(meanStream(traffic)).toEqual({ perSec: 100, bytes: (400 * 160 + 600 * 1_100) / 1_000 });
  });
});

describe('the plan', () => {
  it('says what is sent at most', () => {
    const plan = planOf(loadProfileSchema.parse({ ladder: { from: 1_000, to: 1_250 } }));
    expect(plan).toEqual({
      steps: [1_000, 1_250],
      firstRunSec: 62,
      mostMinutes: 60,
      mostPacketsPerSec: 1_250,
      mostMbitPerSec: 1.6,
      mostAllocations: 20,
    });
  });

  it.each([
    [{ ladder: { from: 1, to: 60_000 } }, 'ladder.to'],
    [{ axis: 'held', ladder: { from: 1, to: 60_000 } }, 'ladder.to'],
    [{ axis: 'allocations', ladder: { from: 1, to: 2_500 }, step: { drainMs: 1_000 } }, 'ladder.to'],
    [{ traffic: { flows: 3_000 } }, 'traffic.flows'],
    [{ traffic: { flows: 2 }, workers: 3 }, 'traffic.flows'],
    [{ traffic: { flows: 6 }, workers: 2, peer: { kind: 'hairpin' } }, 'traffic.flows'],
    [{}, null],
    [{ axis: 'allocations' }, null],
    [{ axis: 'held' }, null],
  ])('%j: %s', (profile, path) => {
    expect(planProblem(loadProfileSchema.parse(profile))?.path.join('.') ?? null).toBe(path);
  });
});

describe('the stamp of a packet', () => {
  const frame = new Uint8Array(4 + stampBytes);
  const stamper = new Stamper(frame, 4, 0xdead_beef);

  it('comes back as it was written', () => {
    stamper.write(1234.5678, 0xffff_fffe, 7);
    const reader = new StampReader(0xdead_beef);
    expect(reader.read(frame, 4)).toBe(true);
    expect(reader).toMatchObject({ dueMs: 1234.5678, sequence: 0xffff_fffe, step: 7 });
  });

  it('of another run, or too short, is none', () => {
    expect(new StampReader(1).read(frame, 4)).toBe(false);
    expect(new StampReader(0xdead_beef).read(frame.subarray(0, 23), 4)).toBe(false);
  });
});

describe('copies', () => {
  it('are told from packets that are only late', () => {
    const seen = new SeenWindow();
    expect([1, 2, 2, 5, 3, 3, 1, 4].map((sequence) => seen.isNew(sequence))).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
      false,
      true,
    ]);
  });
});
