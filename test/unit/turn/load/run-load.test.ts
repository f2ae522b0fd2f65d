/** Whole loads with workers that only pretend: which steps are ordered, and what is made of the answers. */
import { describe, expect, it } from 'vitest';
import { loadProfileSchema } from '../../../../contract/load-profile.ts';
import { loadReportSchema } from '../../../../contract/load-report.ts';
import type { Offer } from '../../../../turn/load/conductor.ts';
import { type LoadOptions, runLoad } from '../../../../turn/load/io/run-load.ts';
import type { OpenWorker } from '../../../../turn/load/io/worker-link.ts';
import type { Preparation, StepOrder, WorkerNews, WorkerOrder } from '../../../../turn/load/orders.ts';
import type { StepCount } from '../../../../turn/load/step-count.ts';
import { quiet } from './quiet-count.ts';

interface Pretence {
  readonly preparations: Preparation[];
  readonly steps: StepOrder[];
  readonly openWorker: OpenWorker;
}

function pretend(count: (order: StepOrder) => Partial<StepCount>): Pretence {
  const [preparations, steps]: [Preparation[], StepOrder[]] = [[], []];
  const newsFor = (order: WorkerOrder): WorkerNews => {
    if (order.kind === 'finish') return { kind: 'finished' };
    if (order.kind === 'prepare') {
      preparations.push(order.preparation);
      return { kind: 'prepared', software: 'pretended' };
    }
    steps.push(order);
    return { kind: 'counted', count: { ...quiet, ...count(order) } };
  };
  const openWorker: OpenWorker = ({ onNews }) => ({
    order: (order) => queueMicrotask(() => onNews(newsFor(order))),
    kill: () => undefined,
  });
  return { preparations, steps, openWorker };
}

const load = (profile: object, { openWorker }: Pretence, more: Partial<LoadOptions> = {}) =>
  runLoad({
    uri: 'turn:192.0.2.1',
    server: { address: '192.0.2.1', port: 3478 },
    transport: 'udp',
    serverName: null,
    credentials: null,
    profile: loadProfileSchema.parse({ runs: 1, ...profile }),
    bindAddress: null,
    openWorker,
    ...more,
  });

/** Carries up to 100 a second; what goes beyond is lost. */
const upTo100 = ({ offered, seconds }: StepOrder): Partial<StepCount> => {
  const sent = offered * seconds;
  return { scheduled: sent, sent, arrivedBack: Math.min(sent, 100 * seconds) };
};

describe('a load whose limit is known', () => {
  const profile = {
    axis: 'allocations',
    ladder: { from: 80, to: 125 },
    step: { seconds: 10 },
    recovery: { overloadSec: 4, afterSec: 2 },
  };
  const slices = [{ sent: 5, good: 0 }, ...Array.from({ length: 19 }, () => ({ sent: 5, good: 5 }))];

  it('goes on with too much and then little, and tells when the server is back to normal', async () => {
    const pretence = pretend((order) => ({ ...upTo100(order), ...(order.slices && { slices }) }));
    const report = await load(profile, pretence);
    expect(loadReportSchema.parse(report)).toEqual(report);
    expect(pretence.steps.map(({ offered }) => offered)).toEqual([80, 100, 125, 150, 50]);
    expect(pretence.steps.at(-2)).toMatchObject({ isFollowed: true, seconds: 4, discardSec: 0 });
    expect(pretence.steps.at(-1)).toMatchObject({ slices: { lengthMs: 100, limitMs: 20 }, seconds: 2 });
    expect(report.body.recovery).toMatchObject({ outcome: 'recovered', recoveredMs: 100, samples: 50 });
  });

  it('without a limit there is nothing to go beyond', async () => {
    const pretence = pretend(upTo100);
    const { body } = await load({ ...profile, ladder: { from: 80, to: 100 } }, pretence);
    expect(body.verdict.kind).toBe('at-least');
    expect(body.recovery).toBeUndefined();
    expect(pretence.steps).toHaveLength(2);
  });
});

describe('packet sizes', () => {
  it('have workers, ladders and verdicts of their own; the first stands for the report', async () => {
    const pretence = pretend(upTo100);
    const sizes = [60, 160, 1_200];
    const seen: number[] = [];
    const watched = { onOffer: ({ run }: Offer) => seen.push(run) };
    const report = await load({ ladder: { from: 80, to: 125 }, traffic: { sizes } }, pretence, watched);
    expect(seen).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(loadReportSchema.parse(report)).toEqual(report);
    const bytes = pretence.preparations.map((one) => (one.axis === 'packets' ? one.flows[0]?.bytes : null));
    expect(bytes).toEqual(sizes);
    expect(report.body.verdict.throughput?.packetBytes.payload).toBe(60);
    expect(report.body.otherSizes?.map((size) => [size.bytes, size.verdict.carried])).toEqual([
      [160, 100],
      [1_200, 100],
    ]);
    expect(report.body.headline.sentence).toMatch(
      /^turn:192\.0\.2\.1: 60 bytes: carries 100 .* 1200 bytes: carries 100 /,
    );
  });
});

describe('what each worker is told', () => {
  it.each([
    [
      { axis: 'allocations', warm: true },
      { isWarm: true, mostAtOnce: 1_000 },
    ],
    [{ axis: 'permissions' }, { allocations: 10, range: '198.18.0.0/15' }],
    [{ axis: 'permissions', permissionRange: '10.0.0.0/8' }, { range: '10.0.0.0/8' }],
    [
      { axis: 'churn', population: 5 },
      { population: 3, mostAtOnce: 1_000 },
    ],
  ])('%j', async (profile, expected) => {
    const pretence = pretend(upTo100);
    await load({ ...profile, workers: 2, ladder: { from: 10, to: 10 } }, pretence);
    expect(pretence.preparations[0]).toMatchObject(expected);
    expect(pretence.steps.map(({ offered }) => offered)).toEqual([5, 5]);
  });
});
