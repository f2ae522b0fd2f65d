import { describe, expect, it } from 'vitest';
import type { LoadRun, LoadStep, StepOutcome } from '../../../../contract/load-report.ts';
import { firstLimit } from '../../../../turn/load/first-limit.ts';
import { emptyStep } from './empty-step.ts';

interface Seen {
  readonly outcome?: StepOutcome;
  /** Of the failed step; 200 at the lowest. */
  readonly p50Us?: number;
  readonly p99Us?: number;
  readonly back?: number;
  readonly failures?: Record<string, number>;
  readonly thread?: number;
  readonly machine?: number;
}

function step(offered: number, { outcome = 'loss', ...seen }: Seen): LoadStep {
  const { p50Us = 210, p99Us = 900, back = 9_500, failures = {}, thread, machine = 0.6 } = seen;
  return {
    ...emptyStep,
    offered,
    outcome,
    scheduled: 10_000,
    sent: 10_000,
    arrivedBack: back,
    clientMbitPerSec: 3,
    roundTrip: { ...emptyStep.roundTrip, samples: back, p50Us, p99Us },
    failures,
    ...(thread === undefined
      ? {}
      : {
          server: { pid: 7, threads: [{ id: 9, name: 'turnserver', share: thread }], machineShare: machine },
        }),
  };
}

function run(seen: Seen): LoadRun {
  const steps = [step(1_000, { outcome: 'carried', p50Us: 200 }), step(1_250, seen)];
  return { steps, carried: 1_000, failed: 1_250, end: seen.outcome === 'latency' ? 'latency' : 'loss' };
}

const three = (seen: Seen, backs = [9_500, 9_100, 8_600]) => backs.map((back) => run({ back, ...seen }));

describe('what a server ran out of first', () => {
  it.each<[string, LoadRun[], string, string]>([
    ['one thread had no reserve', three({ thread: 0.97 }), 'cpu', 'turnserver 9 works 97 % of the time'],
    ['the machine had none', three({ thread: 0.5, machine: 0.99 }), 'cpu', '99 % in use'],
    ['packets waited', three({ p50Us: 60_000 }), 'queue', 'from 200 µs to 60 ms'],
    [
      'packets waited, but not for the processor',
      three({ p50Us: 60_000, thread: 0.3 }),
      'queue',
      'works 30 % of the time: not its processor',
    ],
    ['some packets waited', three({ outcome: 'latency', p99Us: 45_000 }), 'stalls', '1 % wait for 45 ms'],
    ['lost at once, each time others', three({}), 'buffers', 'without having waited'],
    ['the same came through every time', three({}, [8_000, 8_050, 8_010]), 'ceiling', '3.0 Mbit/s'],
    ['twice is chance', three({}, [8_000, 8_010]), 'buffers', 'without having waited'],
    ['refused', three({ failures: { 'turn-486': 900 } }), 'refusals', 'turn-486'],
    ['a few were refused', three({ failures: { 'turn-486': 3 } }), 'buffers', 'without having waited'],
    ['a delay that no rule allows for', three({ outcome: 'target-failed' }), 'unknown', 'no pattern'],
  ])('%s', (_name, runs, kind, words) => {
    const limit = firstLimit(runs);
    expect(limit.kind).toBe(kind);
    expect(limit.sentence).toContain(words);
  });

  it('is not known where no run reached a limit', () => {
    const steps = [step(1_000, { outcome: 'carried' })];
    expect(firstLimit([{ steps, carried: 1_000, failed: null, end: 'end' }]).kind).toBe('unknown');
    expect(firstLimit([]).kind).toBe('unknown');
  });
});
