/** Several machines, one load: what they find together is what one machine would have found. */
import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { type LoadReport, loadReportSchema } from '../../../../contract/load-report.ts';
import { Conductor, type Offer } from '../../../../turn/load/conductor.ts';
import { Histogram } from '../../../../turn/load/histogram.ts';
import { joinParts } from '../../../../turn/load/join-parts.ts';
import { joinCounts, type StepCount } from '../../../../turn/load/step-count.ts';

const profile = loadProfileSchema.parse({
  ladder: { from: 1_000, to: 4_000 },
  step: { seconds: 1, discardSec: 0 },
  runs: 3,
});
const startAt = '2026-12-01T02:00:00.000Z';
const clock = { isSynchronised: true, offByMs: 0.2 };

function histogram(us: number, count: number) {
  const filled = new Histogram();
  if (count === 0) return filled.state();
  filled.record(us / 1000);
  return { ...filled.state(), counts: [count] };
}

interface Machine {
  /** Percent of its packets, by what is offered. */
  readonly lost?: (offer: Offer) => number;
  readonly roundTripUs?: number;
  readonly isLate?: boolean;
}

function countOf(
  { lost = () => 0, roundTripUs = 300, isLate = false }: Machine,
  offer: Offer,
  of: number,
): StepCount {
  const sent = Math.round(offer.offered / of);
  const back = Math.round(sent * (1 - lost(offer) / 100));
  return {
    scheduled: sent,
    sent,
    arrivedOut: back,
    arrivedBack: back,
    unsent: 0,
    sendErrors: {},
    failures: {},
    lateness: histogram(isLate ? 5_000 : 40, sent),
    outward: histogram(roundTripUs / 2, back),
    roundTrip: histogram(roundTripUs, back),
    gauges: {
      wallMs: 1_000,
      spareMs: 700,
      cpuMs: 300,
      runQueueMs: 1,
      socketDrops: 0,
      receiveBufferBytes: 425_984,
    },
  };
}

function climb(conductor: Conductor, machines: readonly Machine[], of: number): Conductor {
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    const now = offer;
    conductor.onStep(
      joinCounts(
        machines.map((machine) => countOf(machine, now, of)),
        machines.length,
      ),
    );
  }
  return conductor;
}

function reportOf(
  machine: Machine,
  number: number,
  of: number,
  more: Partial<LoadReport['body']> = {},
): LoadReport {
  const conductor = climb(new Conductor(profile, { family: 'ipv4', transport: 'udp' }, of), [machine], of);
  return loadReportSchema.parse({
    kind: 'load-report',
    version: 1,
    tool: { name: 'polynya', version: '0.1.0' },
    at: startAt,
    body: {
      headline: { status: 'unknown', code: 'load-part', sentence: '', advice: [] },
      target: {
        uri: 'turn:t',
        endpoint: { address: '192.0.2.1', port: 3478 },
        transport: 'udp',
        software: null,
      },
      axis: profile.axis,
      profile,
      verdict: conductor.verdict(),
      failure: null,
      runs: [...conductor.runs],
      part: { number, of, startAt, clock },
      host: { system: 'Linux', processor: 'P', cores: 2, node: 'v20' },
      durationMs: 1,
      ...more,
    },
  });
}

function joined(machines: readonly Machine[]): LoadReport {
  const result = joinParts(machines.map((machine, i) => reportOf(machine, i + 1, machines.length)));
  if (!result.ok) throw new Error(result.problem);
  return loadReportSchema.parse(result.report);
}

const above =
  (limit: number, percent: number) =>
  ({ offered }: Offer) =>
    offered > limit ? percent : 0;

describe('parts of a load', () => {
  it.each<[string, Machine[]]>([
    ['all is carried', [{}, {}, {}]],
    ['all lose the same', [{ lost: above(2_000, 2) }, { lost: above(2_000, 2) }]],
    ['one loses, and so the whole', [{ lost: above(2_000, 3) }, {}, {}]],
    ['one loses so little that the whole does not', [{ lost: above(2_000, 0.9) }, {}, {}]],
    ['one loses nearly all', [{ lost: above(2_000, 90) }, {}]],
    ['one is slow', [{ roundTripUs: 50_000 }, {}, {}]],
    [
      'the knee differs from run to run',
      [{ lost: ({ run, offered }) => (offered > 2_500 - 500 * run ? 4 : 0) }, {}],
    ],
  ])('%s: judged as the load of one machine', (_name, machines) => {
    const whole = climb(
      new Conductor(profile, { family: 'ipv4', transport: 'udp' }),
      machines,
      machines.length,
    );
    const { verdict, runs } = joined(machines).body;
    expect(verdict).toEqual(whole.verdict());
    const shape = (all: typeof runs) =>
      all.map((run) => run.steps.map(({ offered, outcome, roundTrip }) => [offered, outcome, roundTrip]));
    expect(shape(runs)).toEqual(shape([...whole.runs]));
  });

  it('where one generator was the limit, there is no verdict about the server, and it is named', () => {
    const { body } = joined([{}, { isLate: true }, {}]);
    expect(body.verdict).toMatchObject({ kind: 'generator-limited', carried: null });
    expect(body.runs[0]?.steps[0]?.reasons).toMatchObject([
      { code: 'late', sentence: expect.stringMatching(/^Part 2: /) },
    ]);
  });

  it('a part has no verdict of its own, and goes on beyond what it loses alone', () => {
    const { verdict, runs } = reportOf({ lost: above(2_000, 2) }, 1, 3).body;
    expect(verdict).toMatchObject({ kind: 'stopped', carried: null, runs: 3 });
    expect(runs.map(({ end, steps }) => [end, steps.at(-1)?.offered])).toEqual([
      ['end', 4_000],
      ['end', 4_000],
      ['end', 4_000],
    ]);
  });

  it('a part ends its run where the whole cannot be carried any more', () => {
    const [run] = reportOf({ lost: above(2_000, 30) }, 1, 3).body.runs;
    expect([run?.end, run?.steps.at(-1)?.offered]).toEqual(['loss', 2_441]);
  });

  it('a clock of which nothing is known is told', () => {
    const unset = { number: 2, of: 2, startAt, clock: { isSynchronised: null, offByMs: null } };
    const result = joinParts([reportOf({}, 1, 2), reportOf({}, 2, 2, { part: unset })]);
    expect(result).toMatchObject({ ok: true });
    if (result.ok) expect(result.report.body.headline.advice.join()).toContain('The clock of part 2');
  });

  it('a part that did not come to its end leaves the rest unanswered', () => {
    const short = reportOf({}, 2, 2);
    const { runs } = short.body;
    const cut = { ...short, body: { ...short.body, runs: runs.slice(0, 1) } };
    const result = joinParts([reportOf({}, 1, 2), cut]);
    expect(result.ok && result.report.body.runs.map(({ end }) => end)).toEqual(['end']);
  });

  const other = { ...profile, traffic: { ...profile.traffic, flows: 40 } };
  it.each<[string, () => LoadReport[], string]>([
    ['one is missing', () => [reportOf({}, 1, 3), reportOf({}, 3, 3)], 'of 3 parts, 2 missing'],
    [
      'one is there twice',
      () => [reportOf({}, 1, 2), reportOf({}, 2, 2), reportOf({}, 2, 2)],
      'a part is there twice',
    ],
    [
      'another number of parts',
      () => [reportOf({}, 1, 2), reportOf({}, 2, 3)],
      'differ in the number of parts',
    ],
    [
      'another profile',
      () => [reportOf({}, 1, 2), reportOf({}, 2, 2, { profile: other })],
      'differ in traffic',
    ],
    [
      'another time',
      () => [
        reportOf({}, 1, 2),
        reportOf({}, 2, 2, { part: { number: 2, of: 2, startAt: '2026-12-01T02:00:01.000Z', clock } }),
      ],
      'differ in the start time',
    ],
    [
      'another server',
      () => [
        reportOf({}, 1, 2),
        reportOf({}, 2, 2, { target: { ...reportOf({}, 1, 2).body.target, transport: 'tcp' } }),
      ],
      'differ in the server',
    ],
    [
      'a load of one machine',
      () => {
        const { part: _part, ...body } = reportOf({}, 2, 2).body;
        return [reportOf({}, 1, 2), { ...reportOf({}, 2, 2), body }];
      },
      'not one part of a load',
    ],
    ['none', () => [], 'not one part of a load'],
  ])('are not joined: %s', (_name, reports, problem) => {
    const result = joinParts(reports());
    expect(result.ok ? '' : result.problem).toContain(problem);
  });
});
