import { describe, expect, it } from 'vitest';
import { modelBeside } from '../../../compare/beside.ts';
import { buildCompareReport } from '../../../compare/build-report.ts';
import { estimate } from '../../../compare/estimate.ts';
import { flowsOf, networkOf } from '../../../compare/flows.ts';
import { summarize } from '../../../compare/summary.ts';
import { verdictOf } from '../../../compare/verdict.ts';
import type { CompareRun } from '../../../contract/comparison.ts';
import { parseEnvelope } from '../../../contract/envelope.ts';
import { failure } from '../../../contract/failures.ts';
import { redactRun } from '../../../contract/redact/redact-run.ts';
import { digestReport } from '../../../service/store/summary.ts';
import { failedLink, plan, sampleLink, sampleParticipant, sampleRun } from './sample-comparison.ts';

const brokenMesh = sampleRun('mesh', {
  outcome: 'failed',
  links: [failedLink('a', 'b'), failedLink('b', 'a')],
});
const spoiled = sampleRun('sfu', {
  outcome: 'harness-fault',
  links: [],
  participants: [],
  faults: [failure('harness-fault')],
});

describe('summarize', () => {
  it('counts links with their interval, medians over runs, and faults apart', () => {
    const second = sampleRun('mesh', {
      repeat: 2,
      participants: [sampleParticipant('a', 600), sampleParticipant('b', 800)],
    });
    const [mesh, sfu] = summarize({
      plan,
      runs: [sampleRun('mesh'), second, spoiled, sampleRun('sfu', { attempt: 2 })],
    });
    expect(mesh).toMatchObject({
      runs: 2,
      complete: 2,
      faults: 0,
      upKbps: (400 + 700) / 2,
      rttMs: 2,
      loss: 0.01,
    });
    expect(mesh?.links).toMatchObject({ succeeded: 4, attempts: 4, rate: 1 });
    expect(mesh?.links.low).toBeCloseTo(0.51, 2);
    expect(sfu).toMatchObject({ runs: 1, complete: 1, faults: 1 });
  });

  it('says nothing of what a participant did not measure', () => {
    const participants = [sampleParticipant('a'), { ...sampleParticipant('b'), traffic: null }];
    expect(summarize({ plan, runs: [sampleRun('mesh', { participants })] })[0]?.upKbps).toBeNull();
  });

  it('counts links that nobody reported of', () => {
    const run = sampleRun('mesh', { outcome: 'partial', links: [sampleLink('a', 'b')] });
    expect(summarize({ plan, runs: [run] })[0]?.links).toMatchObject({ succeeded: 1, attempts: 2 });
  });

  it('counts runs whose encoders got less to do than planned', () => {
    const slow = sampleParticipant('a');
    const traffic = slow.traffic && { ...slow.traffic, encodedFps: 12 };
    const runs = [sampleRun('mesh'), sampleRun('mesh', { repeat: 2, participants: [{ ...slow, traffic }] })];
    expect(summarize({ plan, runs })[0]?.cpuLimited).toBe(1);
  });

  it('turns the counters of a TURN server into a rate', () => {
    const turn = {
      ingressBytes: 500_000,
      egressBytes: 500_000,
      allocations: 4,
      cpuPercent: 3,
      windowMs: 4_000,
    };
    const relayed = { ...plan, paths: ['relay-udp' as const] };
    const [relay] = summarize({ plan: relayed, runs: [sampleRun('relay-udp', { turn })] });
    expect(relay).toMatchObject({ turnOutKbps: 1_000, turnCpuPercent: 3 });
  });
});

describe('modelBeside', () => {
  it('prints the error of each figure that was measured', () => {
    const runs = [
      sampleRun('sfu', { server: { cpuPercent: null, inKbps: null, outKbps: 800, packetsPerSec: null } }),
    ];
    const rows = modelBeside(plan, summarize({ plan, runs }));
    expect(rows.map(({ path, figure }) => `${path} ${figure}`)).toEqual([
      'sfu up',
      'sfu down',
      'sfu server-out',
    ]);
    for (const { model, measured, error } of rows) expect(model).toBeCloseTo(measured * (1 + error));
  });

  it('has nothing to say of a path that did not connect', () => {
    expect(modelBeside(plan, summarize({ plan, runs: [brokenMesh] }))).toEqual([]);
  });
});

describe('verdictOf', () => {
  const four = { ...plan, participants: 4 };
  const say = (runs: CompareRun[], of = plan) => verdictOf({ plan: of, runs });

  it('two people need no server', () => {
    const { status, code, sentence } = say([sampleRun('mesh'), sampleRun('sfu')]);
    expect([status, code]).toEqual(['good', 'compare-mesh']);
    expect(sentence).toBe(
      'For rooms like yours (2 participants, 320×180 at 15/s, 300 kbit/s): a direct mesh, because everybody connected in every run, it needs no server, and each sends 400 kbit/s only.',
    );
  });

  it('a mesh that nobody tried is not said to have failed', () => {
    expect(say([sampleRun('sfu')], { ...four, paths: ['sfu'] }).sentence).not.toContain('did not connect');
    expect(say([brokenMesh, sampleRun('sfu')], four).sentence).toContain(
      'the mesh did not connect everybody',
    );
  });

  it('four send once to an SFU instead of three times', () => {
    const mesh = sampleRun('mesh', { participants: [sampleParticipant('a', 1_200)] });
    const { code, sentence } = say([mesh, sampleRun('sfu')], four);
    expect(code).toBe('compare-sfu');
    expect(sentence).toContain('each sends one stream (400 kbit/s) where a mesh needs 3 (1.2 Mbit/s)');
  });

  it('a mesh that broke is no choice, and its cause is the advice', () => {
    const { status, code, advice } = say([brokenMesh, sampleRun('sfu')]);
    expect([status, code]).toEqual(['limited', 'compare-sfu']);
    expect(advice).toEqual([failure('ice-failed').next]);
  });

  it('a relay is for those whom nothing else connects, UDP first', () => {
    const { code } = say([brokenMesh, sampleRun('relay-tls'), sampleRun('relay-udp')], {
      ...plan,
      paths: ['mesh', 'relay-tls', 'relay-udp'],
    });
    expect(code).toBe('compare-relay-udp');
  });

  it('says so when nothing connected, and when nothing was learned', () => {
    expect(say([brokenMesh])).toMatchObject({ status: 'bad', code: 'compare-none' });
    expect(say([brokenMesh]).sentence).toContain('the closest was a direct mesh with 0 of 2 links');
    expect(say([spoiled])).toMatchObject({ status: 'unknown', code: 'compare-nothing' });
  });
});

describe('buildCompareReport', () => {
  it('is an envelope that a service takes', () => {
    const report = buildCompareReport(
      {
        plan,
        host: { rim: 'tab', cpus: 2, sharedCpu: true },
        runs: [sampleRun('mesh'), spoiled, sampleRun('sfu', { attempt: 2 })],
        skipped: [],
        notes: [],
        run: { source: 'Chrome', durationMs: 20_000, cancelled: false },
      },
      '2026-11-21T12:00:00.000Z',
    );
    expect(parseEnvelope(JSON.parse(JSON.stringify(report)))).toEqual({ ok: true, envelope: report });
  });
});

describe('a comparison without what names its host', () => {
  it('says neither its name nor whole addresses', () => {
    const report = buildCompareReport(
      {
        plan,
        host: { rim: 'harness', cpus: 2, sharedCpu: true },
        runs: [sampleRun('mesh')],
        skipped: [],
        notes: [],
        run: { source: 'annas-laptop', durationMs: 20_000, cancelled: false },
      },
      '2026-11-21T12:00:00.000Z',
    );
    const { summary } = digestReport(report, 'run', new Date(0));
    expect(summary).toMatchObject({ kind: 'compare-report', source: 'annas-laptop', durationMs: 20_000 });
    const text = JSON.stringify(redactRun({ summary, report }));
    expect(text).not.toContain('annas-laptop');
    expect(text).not.toContain('192.0.2.1"');
    expect(text).toContain('192.0.2.x');
  });
});

describe('flowsOf', () => {
  it('adds the bytes of links that went the same way', () => {
    expect(flowsOf([sampleRun('mesh'), sampleRun('sfu', { links: [sampleLink('a', 'b')] })])).toEqual([
      { network: 'public', type: 'host', pair: 'host ↔ srflx, udp', path: 'mesh', links: 2, bytes: 4_000 },
      { network: 'public', type: 'host', pair: 'host ↔ srflx, udp', path: 'sfu', links: 1, bytes: 2_000 },
    ]);
  });

  it.each([
    [null, 'hidden'],
    ['3f2a.local', 'hidden'],
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['172.16.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['fd00::1', 'private'],
    ['fe80::1', 'private'],
    ['2001:db8::1', 'public'],
  ] as const)('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('estimate', () => {
  it('multiplies paths, repeats and links', () => {
    const of = { ...plan, participants: 4, paths: ['mesh' as const, 'mcu' as const], repeats: 3 };
    const { runs, links, durationSec, serverBytes } = estimate(of);
    expect([runs, links, durationSec]).toEqual([6, 3 * (12 + 4), 6 * (4 + 2 + 4)]);
    expect(serverBytes).toBeGreaterThan(0);
    expect(estimate({ ...of, paths: ['mesh'] }).serverBytes).toBe(0);
  });
});
