/** What workers count in one step, and how the counts of several are joined. */
import type { GeneratorLimit, LoadGenerator, LoadTimes } from '../../contract/load-report.ts';
import { type HeatState, joinHeat } from './heat.ts';
import { Histogram, type HistogramState } from './histogram.ts';
import type { Slice } from './slices.ts';

export interface GeneratorGauges {
  readonly wallMs: number;
  /** Time in which the event loop had nothing to do. */
  readonly spareMs: number;
  readonly cpuMs: number;
  readonly runQueueMs: number | null;
  readonly socketDrops: number | null;
  readonly receiveBufferBytes: number | null;
}

/** Of one worker. */
export interface StepCount {
  readonly scheduled: number;
  readonly sent: number;
  /** Null: no peer of ours counts them. */
  readonly arrivedOut: number | null;
  readonly arrivedBack: number;
  readonly unsent: number;
  readonly sendErrors: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly lateness: HistogramState;
  readonly outward: HistogramState;
  readonly roundTrip: HistogramState;
  readonly gauges: GeneratorGauges;
  /** Absent: of older reports of parts. */
  readonly heat?: HeatState | undefined;
  /** Where they were ordered. */
  readonly slices?: readonly Slice[];
}

/** Of all workers. */
export interface StepRecord
  extends Omit<StepCount, 'lateness' | 'outward' | 'roundTrip' | 'gauges' | 'slices' | 'heat'> {
  readonly outward: LoadTimes;
  readonly roundTrip: LoadTimes;
  readonly heat: HeatState | null;
  readonly histograms: Pick<StepCount, 'outward' | 'roundTrip' | 'lateness'>;
  /** Found by those who counted; more may be found in the counts. */
  readonly ownLimits: readonly GeneratorLimit[];
  /** p99 of the worker that was late most. */
  readonly latenessP99Us: number | null;
  /** Workers that did not tell their counts in time. */
  readonly missingWorkers: number;
  readonly generator: LoadGenerator;
}

export function timesOf(histogram: Histogram): LoadTimes {
  return {
    samples: histogram.samples,
    p50Us: histogram.percentileUs(50),
    p90Us: histogram.percentileUs(90),
    p99Us: histogram.percentileUs(99),
    p999Us: histogram.percentileUs(99.9),
    maxUs: histogram.percentileUs(100),
  };
}

/** @param workers how many there should be */
export function joinCounts(
  counts: readonly StepCount[],
  workers: number,
  ownLimits: readonly GeneratorLimit[] = [],
): StepRecord {
  const total = (value: (count: StepCount) => number) => counts.reduce((sum, count) => sum + value(count), 0);
  const gauges = counts.map((count) => count.gauges);
  const p99s = counts.map((count) => Histogram.of([count.lateness]).percentileUs(99) ?? 0);
  const all = (of: (count: StepCount) => HistogramState) => Histogram.of(counts.map(of));
  const [outward, roundTrip, lateness] = [
    all((count) => count.outward),
    all((count) => count.roundTrip),
    all((count) => count.lateness),
  ];
  const unsent = total((count) => count.unsent);
  const sendErrors = sumByKey(counts.map((count) => count.sendErrors));
  const buffers = gauges.flatMap(({ receiveBufferBytes }) => receiveBufferBytes ?? []);
  return {
    scheduled: total((count) => count.scheduled),
    sent: total((count) => count.sent),
    arrivedOut: sumOrNull(counts.map((count) => count.arrivedOut)),
    arrivedBack: total((count) => count.arrivedBack),
    unsent,
    sendErrors,
    failures: sumByKey(counts.map((count) => count.failures)),
    outward: timesOf(outward),
    roundTrip: timesOf(roundTrip),
    histograms: { outward: outward.state(), roundTrip: roundTrip.state(), lateness: lateness.state() },
    heat: joinHeat(counts.map((count) => count.heat)),
    ownLimits,
    latenessP99Us: p99s.length === 0 ? null : Math.max(...p99s),
    missingWorkers: workers - counts.length,
    generator: {
      lateness: timesOf(lateness),
      busyShare: Math.max(0, ...gauges.map(busyShare)),
      cpuMs: gauges.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      runQueueMs: sumOrNull(gauges.map(({ runQueueMs }) => runQueueMs)),
      socketDrops: sumOrNull(gauges.map(({ socketDrops }) => socketDrops)),
      receiveBufferBytes: buffers.length === 0 ? null : Math.min(...buffers),
      unsent,
      sendErrors,
    },
  };
}

function busyShare({ wallMs, spareMs }: GeneratorGauges): number {
  return wallMs <= 0 ? 0 : Math.min(1, Math.max(0, 1 - spareMs / wallMs));
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  let sum: number | null = null;
  for (const value of values) if (value !== null) sum = (sum ?? 0) + value;
  return sum;
}

function sumByKey(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const record of records) {
    for (const [key, value] of Object.entries(record)) sum[key] = (sum[key] ?? 0) + value;
  }
  return sum;
}
