import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import type { Transport } from '../../../../stun/machine.ts';
import { parseCidr } from '../../../../turn/lint/address.ts';
import { FreshAddresses } from '../../../../turn/load/fresh-addresses.ts';
import type { TargetOrder } from '../../../../turn/load/orders.ts';
import { planOf, planProblem } from '../../../../turn/load/plan.ts';
import { SeenWindow } from '../../../../turn/load/seen-window.ts';
import { Stamper, StampReader, stampBytes } from '../../../../turn/load/stamp.ts';
import { kindsOfFlows, meanStream, profilesBySize, sourcesOf } from '../../../../turn/load/traffic.ts';
import { wayOfStream } from '../../../../turn/load/way-of-stream.ts';

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
      stepSec: 31,
      firstRunSec: 62,
      runs: 5,
      recoverySec: 0,
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
    [{ axis: 'permissions', traffic: { flows: 2 }, workers: 3 }, 'traffic.flows'],
    [{ axis: 'channels', traffic: { flows: 10 } }, 'traffic.flows'],
    [{ axis: 'churn', population: 2_000 }, 'ladder.to'],
    [{ axis: 'churn', population: 2, workers: 3 }, 'population'],
    [{ ladder: { from: 1, to: 40_000 }, recovery: {} }, 'ladder.to'],
    [{ axis: 'held', recovery: {} }, 'recovery'],
    [{ recovery: {} }, null],
    [{}, null],
    [{ axis: 'allocations' }, null],
    [{ axis: 'held' }, null],
    [{ axis: 'permissions' }, null],
    [{ axis: 'channels' }, null],
    [{ axis: 'churn' }, null],
  ])('%j: %s', (profile, path) => {
    expect(planProblem(loadProfileSchema.parse(profile))?.path.join('.') ?? null).toBe(path);
  });
});

describe('packet sizes', () => {
  const sized = loadProfileSchema.parse({ traffic: { mix: [{}, { name: 'b' }], sizes: [60, 1_200] } });

  it('are profiles of their own', () => {
    const bytes = profilesBySize(sized).map((one) => one.traffic.mix.map((stream) => stream.bytes));
    expect(bytes).toEqual([
      [60, 60],
      [1_200, 1_200],
    ]);
    expect(profilesBySize({ ...sized, axis: 'held' })).toHaveLength(1);
    expect(profilesBySize(loadProfileSchema.parse({}))).toHaveLength(1);
  });

  it('take ladders each, and the largest is the most', () => {
    expect(planOf(sized)).toMatchObject({ runs: 10, mostMbitPerSec: (20_000 * 1_200 * 8) / 1e6 });
  });
});

describe('where a stream reaches the server', () => {
  const at = (transport: Transport, port: number): TargetOrder => ({
    server: { address: '192.0.2.1', port },
    transport,
    serverName: null,
    credentials: null,
    bindAddress: null,
  });
  const stream = (transport: Transport | null) =>
    loadProfileSchema.parse({ traffic: { mix: [{ transport }] } }).traffic.mix[0] ?? traffic.mix[0];

  it.each<[Transport, number, Transport | null, object, Transport, number]>([
    ['udp', 3479, null, {}, 'udp', 3479],
    ['udp', 3479, 'tcp', {}, 'tcp', 3479],
    ['udp', 3479, 'tls', {}, 'tls', 5349],
    ['udp', 3479, 'tls', { tls: 443 }, 'tls', 443],
    ['tls', 443, 'udp', {}, 'udp', 3478],
    ['tls', 443, 'tls', { tls: 5349 }, 'tls', 443],
    ['tcp', 80, 'udp', { udp: 3478 }, 'udp', 3478],
  ])('%s at %d, stream over %s, ports %j: %s at %d', (uri, uriPort, wanted, ports, transport, port) => {
    const one = stream(wanted);
    if (one === undefined) throw new Error('no stream');
    expect(wayOfStream(at(uri, uriPort), one, ports)).toEqual(at(transport, port));
  });
});

describe('fresh addresses', () => {
  it.each([
    ['192.0.2.0/30', ['192.0.2.1', '192.0.2.2', '192.0.2.1']],
    ['192.0.2.7/32', ['192.0.2.7', '192.0.2.7', '192.0.2.7']],
    ['2001:2::/48', ['2001:2::1', '2001:2::2', '2001:2::3']],
  ])('of %s', (cidr, expected) => {
    const range = parseCidr(cidr);
    if (range === null) throw new Error('no range');
    const fresh = new FreshAddresses(range);
    expect(expected.map((_, index) => fresh.at(index).address)).toEqual(expected);
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
