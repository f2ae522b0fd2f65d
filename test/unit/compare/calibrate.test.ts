import { describe, expect, it } from 'vitest';
import { judgeTopologies, renderTopologies } from '../../../bench/topologies/render.ts';
import { buildCompareReport } from '../../../compare/build-report.ts';
import { calibrate, leastSquares } from '../../../compare/calibrate.ts';
import { measuredCosts, type ProcessorCosts } from '../../../compare/constants.ts';
import { roomCost } from '../../../compare/cost-model.ts';
import { mediaRates } from '../../../compare/media-rates.ts';
import { shapeOf } from '../../../compare/shape-of.ts';
import { summarize } from '../../../compare/summary.ts';
import type { ComparePath } from '../../../contract/compare-path.ts';
import type { CompareReport, CompareRun } from '../../../contract/comparison.ts';
import { plan, sampleParticipant, sampleRun, sampleTraffic } from './sample-comparison.ts';

/** A machine on which everything takes what these say. */
const truth: ProcessorCosts = {
  client: { base: 6, perConnection: 1.5, perEncodedFrame: 0.3, perDecodedFrame: 0.1 },
  sfu: { ...measuredCosts.sfu, embedded: { ...measuredCosts.sfu.embedded, base: 5, perParticipant: 0.5 } },
  mcu: { base: 1, perParticipant: 2 },
  turn: { ...measuredCosts.turn, udp: { ...measuredCosts.turn.udp, base: 3, perParticipant: 0.7 } },
};

/** A room as the model with these costs says; `bias`: what is sent is so many times what the model says. */
function modelledRun(path: ComparePath, participants: number, bias = 1): CompareRun {
  const rates = mediaRates(plan.media);
  const { client, server, turn } = roomCost(shapeOf(path, participants, rates), truth);
  const { encodedFps, decodedFps, cpuPercent } = client;
  const traffic = {
    ...sampleTraffic(client.upKbps * bias, client.downKbps * bias),
    encodedFps,
    decodedFps,
  };
  return sampleRun(path, {
    participants: [{ ...sampleParticipant('a'), traffic, cpuPercent }],
    server: server === null ? null : { ...server, packetsPerSec: null, inKbps: null, outKbps: null },
    turn:
      turn === null
        ? null
        : {
            ingressBytes: 1,
            egressBytes: turn.outKbps * 125,
            allocations: 2,
            cpuPercent: turn.cpuPercent,
            windowMs: 1_000,
          },
  });
}

/** However deep they lie. */
function numbersOf(part: unknown): number[] {
  return typeof part === 'number' ? [part] : Object.values(part as object).flatMap(numbersOf);
}

const measuredPaths = ['mesh', 'sfu', 'mcu', 'relay-udp'] as const;

function reportOf(participants: number, bias = 1): CompareReport {
  const runs = measuredPaths.map((path) => modelledRun(path, participants, bias));
  return buildCompareReport(
    {
      plan: { ...plan, participants, paths: [...measuredPaths] },
      host: { rim: 'harness', cpus: 2, sharedCpu: true },
      runs,
      skipped: [],
      notes: [],
      run: { source: 'host', durationMs: 1_000, cancelled: false },
    },
    '2026-11-21T12:00:00.000Z',
  );
}

describe('leastSquares', () => {
  it('finds the line that the points lie on', () => {
    const rows = [1, 2, 3, 7].map((x) => ({ terms: [1, x], value: 4 + 3 * x, scale: x }));
    const [base, slope] = leastSquares(rows, 2) ?? [];
    expect(base).toBeCloseTo(4);
    expect(slope).toBeCloseTo(3);
  });

  it('has no coefficient below zero', () => {
    const rows = [1, 2, 3].map((x) => ({ terms: [1, x], value: 10 - x, scale: 10 - x }));
    const fit = leastSquares(rows, 2) ?? [];
    expect(fit[1]).toBe(0);
    expect(fit[0]).toBeGreaterThan(0);
  });

  it('cannot tell terms apart that always go together, and says nothing of too few rows', () => {
    const rows = [1, 2, 3].map((x) => ({ terms: [x, x], value: 2 * x, scale: 1 }));
    expect(leastSquares(rows, 2)).toEqual([2, 0]);
    expect(leastSquares(rows.slice(0, 1), 2)).toBeNull();
  });
});

describe('calibrate', () => {
  it('learns the machine from rooms of two sizes', () => {
    const cells = [2, 4].flatMap((participants) => {
      const { body } = reportOf(participants);
      return summarize(body).map((summary) => ({ plan: body.plan, summary }));
    });
    const learned = calibrate(cells, measuredCosts);
    for (const part of ['client', 'sfu', 'mcu', 'turn'] as const) {
      expect(numbersOf(learned[part]), part).toEqual(
        numbersOf(truth[part]).map((value) => expect.closeTo(value, 3)),
      );
    }
  });

  it('keeps what it cannot learn', () => {
    expect(calibrate([], measuredCosts)).toEqual(measuredCosts);
  });
});

describe('docs/topologies.md', () => {
  const conditions = { date: '2026-11-21', machine: '2 × test', versions: ['polynya 0'], minutes: 1 };

  it('holds a machine that is as the model says to both bounds, fitted rooms aside', () => {
    const reports = [2, 3, 4, 6, 8].map((participants) => reportOf(participants));
    const judged = judgeTopologies(reports);
    for (const { worst } of judged.bounds) expect(worst).toBeLessThan(0.001);
    const text = renderTopologies(reports, judged, conditions);
    expect(text).toContain('| relay over UDP | 6 | TURN, out |');
    expect(text).toContain('Every run of every path connected everybody.');
  });

  it('says so when bandwidth is further off than its bound', () => {
    const reports = [reportOf(2), reportOf(3, 0.8)];
    const judged = judgeTopologies(reports);
    expect(judged.bounds[0]?.worst).toBeCloseTo(0.25);
    expect(renderTopologies(reports, judged, conditions)).toContain(
      '| bandwidth | 10.0 % | 25.0 % (missed) |',
    );
  });

  it('claims nothing of processor times where all rooms were fitted to', () => {
    const reports = [reportOf(2), reportOf(8)];
    expect(renderTopologies(reports, judgeTopologies(reports), conditions)).toContain(
      '| processor time | 25.0 % | not measured (missed) |',
    );
  });
});
