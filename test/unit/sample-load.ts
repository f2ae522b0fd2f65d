/** Load reports for tests: real ladders, judgements and verdicts over a server whose limit the test sets. */
import { heatBoundsUs } from '../../contract/load-heat.ts';
import { type LoadProfile, loadProfileSchema } from '../../contract/load-profile.ts';
import type { LoadReport, LoadTimes } from '../../contract/load-report.ts';
import { Conductor, type Offer } from '../../turn/load/conductor.ts';
import { headlineOfLoad } from '../../turn/load/headline.ts';
import { emptyHistogram } from '../../turn/load/histogram.ts';
import type { StepRecord } from '../../turn/load/step-count.ts';

export interface SampleLoad {
  /** What the server carries in each run, in the unit of the ladder; the last one holds for all that follow. */
  readonly limits: readonly number[];
  /** From this offer on the generator is late; absent: never. */
  readonly lateFrom?: number;
  /** Failures of a step that goes beyond the limit. */
  readonly failures?: Readonly<Record<string, number>>;
  readonly profile?: object;
  readonly uri?: string;
  readonly at?: string;
}

export function sampleLoad(sample: SampleLoad): LoadReport {
  const { uri = 'turn:turn.example.org', at = '2026-11-20T09:00:00.000Z' } = sample;
  const profile = loadProfileSchema.parse(sample.profile ?? {});
  const conductor = new Conductor(profile, { family: 'ipv4', transport: 'udp' });
  for (let { offer } = conductor; offer !== null; { offer } = conductor) {
    conductor.onStep(recordOf(offer, sample, profile));
  }
  const verdict = conductor.verdict();
  return {
    kind: 'load-report',
    version: 1,
    tool: { name: 'polynya', version: '0.1.0' },
    at,
    body: {
      headline: headlineOfLoad({ uri, verdict, profile, failure: null }),
      target: {
        uri,
        endpoint: { address: '203.0.113.7', port: 3478 },
        transport: 'udp',
        software: 'Coturn-4.6.1',
      },
      axis: profile.axis,
      profile,
      verdict,
      failure: null,
      runs: [...conductor.runs],
      host: { system: 'Linux 6.1.0', processor: 'Example processor', cores: 2, node: 'v20.19.0' },
      durationMs: 600_000,
    },
  };
}

/** Delays grow as the server fills up, and beyond its limit the rest is lost: two thirds of it on the way out. */
function recordOf({ run, offered }: Offer, sample: SampleLoad, { axis, step }: LoadProfile): StepRecord {
  const limit = sample.limits[Math.min(run, sample.limits.length - 1)] ?? 0;
  const isLate = offered >= (sample.lateFrom ?? Number.POSITIVE_INFINITY);
  const scheduled = Math.round(offered * step.seconds);
  const lost = Math.max(0, scheduled - Math.round(limit * step.seconds));
  const load = Math.min(0.99, offered / limit);
  const p50Us = Math.round(200 / (1 - load)) + 13 * run;
  const latenessP99Us = isLate ? 4_200 : 80 + run;
  return {
    scheduled,
    sent: scheduled,
    arrivedOut: axis === 'packets' ? scheduled - Math.round((2 * lost) / 3) : null,
    arrivedBack: scheduled - lost,
    unsent: 0,
    sendErrors: {},
    failures: lost > 0 ? (sample.failures ?? {}) : {},
    outward: timesOf(p50Us / 2, scheduled),
    roundTrip: timesOf(p50Us, scheduled - lost),
    heat: heatOf(p50Us, scheduled, lost),
    histograms: { outward: emptyHistogram, roundTrip: emptyHistogram, lateness: emptyHistogram },
    ownLimits: [],
    latenessP99Us,
    missingWorkers: 0,
    generator: {
      lateness: { ...timesOf(30, scheduled), p99Us: latenessP99Us },
      busyShare: isLate ? 0.93 : 0.2 + load / 4,
      cpuMs: 4_000,
      runQueueMs: 12,
      socketDrops: isLate ? 7 : 0,
      receiveBufferBytes: 212_992,
      unsent: 0,
      sendErrors: {},
    },
  };
}

/** Ten slices alike, but for what is lost: all of it in the last one. */
function heatOf(p50Us: number, scheduled: number, lost: number): StepRecord['heat'] {
  const sent = Math.floor(scheduled / 10);
  const band = heatBoundsUs.findIndex((boundUs) => boundUs >= p50Us);
  const slice = (back: number) => ({ sent, counts: [...Array<number>(band).fill(0), back] });
  const slices = Array.from({ length: 10 }, (_, at) => slice(at === 9 ? Math.max(0, sent - lost) : sent));
  return { sliceMs: 2_500, slices };
}

function timesOf(p50Us: number, samples: number): LoadTimes {
  const times = { p50Us, p90Us: 1.4 * p50Us, p99Us: 2 * p50Us, p999Us: 3 * p50Us, maxUs: 5 * p50Us };
  return { samples, ...times };
}
