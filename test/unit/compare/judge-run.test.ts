import { describe, expect, it } from 'vitest';
import { judgeRun, type Witness } from '../../../compare/judge-run.ts';
import { runOrder } from '../../../compare/run-order.ts';
import { compareRunSchema } from '../../../contract/comparison.ts';
import { failure } from '../../../contract/failures.ts';
import { failedLink, sampleLink, sampleRoomReport } from './sample-comparison.ts';

const facts = {
  path: 'mesh',
  repeat: 1,
  attempt: 1,
  startedAt: '2026-11-21T12:00:00.000Z',
  durationMs: 8_000,
  server: null,
  turn: null,
} as const;

function witness(name: string, link: ReturnType<typeof sampleLink>): Witness {
  return { name, kind: 'tab', cpuPercent: null, problem: null, report: sampleRoomReport(name, [link]) };
}
const silent = (problem = failure('harness-fault', 'no report')): Witness => ({
  name: 'b',
  kind: 'tab',
  cpuPercent: null,
  report: null,
  problem,
});

describe('judgeRun', () => {
  it('is complete when everybody saw everybody, and fits the contract', () => {
    const run = judgeRun({
      ...facts,
      witnesses: [witness('a', sampleLink('b', 'a')), witness('b', sampleLink('a', 'b'))],
    });
    expect(run).toMatchObject({ outcome: 'complete', faults: [] });
    expect(run.participants.map(({ id, everyoneSeenMs }) => [id, everyoneSeenMs])).toEqual([
      ['a', 250],
      ['b', 250],
    ]);
    expect(compareRunSchema.parse(run)).toEqual(run);
  });

  it('is partial or failed when the network says so', () => {
    const half = judgeRun({
      ...facts,
      witnesses: [witness('a', failedLink('b', 'a')), witness('b', sampleLink('a', 'b'))],
    });
    expect(half.outcome).toBe('partial');
    const none = judgeRun({
      ...facts,
      witnesses: [witness('a', failedLink('b', 'a')), witness('b', failedLink('a', 'b'))],
    });
    expect(none).toMatchObject({ outcome: 'failed', faults: [] });
  });

  it('is a fault of the harness when a participant told nothing', () => {
    const run = judgeRun({ ...facts, witnesses: [witness('a', failedLink('b', 'a')), silent()] });
    expect(run.outcome).toBe('harness-fault');
    expect(run.faults[0]?.message).toContain('no report');
    expect(run.participants).toHaveLength(1);
  });

  it('keeps the pair in use only', () => {
    const link = sampleLink('b', 'a');
    const [pair] = link.pairs;
    if (pair === undefined) throw new Error('no pair');
    const many = { ...link, pairs: [{ ...pair, id: 'other', selected: false }, pair] };
    const run = judgeRun({ ...facts, witnesses: [witness('a', many), witness('b', sampleLink('a', 'b'))] });
    expect(run.links[0]?.pairs.map(({ id }) => id)).toEqual(['p']);
  });

  it('believes no relay whose counters stood still', () => {
    const turn = { ingressBytes: 0, egressBytes: 0, allocations: 2, cpuPercent: null, windowMs: 5_000 };
    const witnesses = [witness('a', sampleLink('b', 'a')), witness('b', sampleLink('a', 'b'))];
    const run = judgeRun({ ...facts, path: 'relay-udp', witnesses, turn });
    expect(run.outcome).toBe('harness-fault');
    expect(run.links.map(({ succeeded, failure: why }) => [succeeded, why?.code])).toEqual([
      [false, 'not-relayed'],
      [false, 'not-relayed'],
    ]);
    const grown = judgeRun({
      ...facts,
      path: 'relay-udp',
      witnesses,
      turn: { ...turn, egressBytes: 90_000 },
    });
    expect(grown.outcome).toBe('complete');
  });
});

describe('runOrder', () => {
  it('runs every path once in each repeat, in an order drawn by lot', () => {
    const paths = ['mesh', 'sfu', 'relay-udp'] as const;
    const draws = [0.9, 0.9, 0, 0, 0, 0];
    const order = runOrder({ paths: [...paths], repeats: 2 }, () => draws.shift() ?? 0);
    expect(order.map(({ path, repeat }) => `${path} ${repeat}`)).toEqual([
      'relay-udp 1',
      'sfu 1',
      'mesh 1',
      'mesh 2',
      'sfu 2',
      'relay-udp 2',
    ]);
  });
});
