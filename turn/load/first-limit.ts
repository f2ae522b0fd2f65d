/** What the server ran out of first, as far as the steps show it. */
import type { FirstLimit } from '../../contract/load-capacity.ts';
import type { LoadRun, LoadStep } from '../../contract/load-report.ts';
import { percentile } from '../check/statistics.ts';
import { percentText, timeText } from './figures.ts';

/** A thread that works so much of the time has no reserve for the moments in which much arrives. */
const fullThread = 0.85;
/** All processors together. */
const fullMachine = 0.95;
/** Refusals that alone exceed what may be lost. */
const manyRefusals = 0.005;
/** Of p50, against the lowest step: so much is no chance. */
const waitsTimes = 3;
const waitsMoreUs = 1_000;
/** Processors and queues fail a little differently every time; a meter does not. */
const sameWithin = 0.02;
const leastRuns = 3;

/** The step that was not carried, and the lowest of the same run. */
interface Pair {
  readonly failed: LoadStep;
  readonly lowest: LoadStep;
}

export function firstLimit(runs: readonly LoadRun[]): FirstLimit {
  const pairs = runs.flatMap(pairOf);
  const typical = pairs[Math.floor(pairs.length / 2)];
  if (typical === undefined) return { kind: 'unknown', sentence: 'Unknown: no run reached its limit.' };
  const failed = pairs.map((pair) => pair.failed);
  return (
    refusals(failed) ??
    processors(failed) ??
    waiting(pairs) ??
    lostAtOnce(failed) ?? {
      kind: 'unknown',
      sentence: `Unknown: the steps show no pattern.${reserve(failed)}`,
    }
  );
}

function pairOf({ steps, failed: offered }: LoadRun): Pair[] {
  const [lowest] = steps;
  const failed = steps.find((step) => step.offered === offered);
  return lowest === undefined || failed === undefined ? [] : [{ failed, lowest }];
}

function refusals(failed: readonly LoadStep[]): FirstLimit | null {
  const shareOf = ({ failures, scheduled }: LoadStep) =>
    refusalsIn(failures).reduce((sum, [, count]) => sum + count, 0) / Math.max(1, scheduled);
  if (median(failed.map(shareOf)) <= manyRefusals) return null;
  const codes = [...new Set(failed.flatMap(({ failures }) => refusalsIn(failures).map(([code]) => code)))];
  return { kind: 'refusals', sentence: `The server refuses: ${codes.join(', ')}.`.slice(0, 400) };
}

/** A connection that takes no more is no refusal: its packets waited. */
function refusalsIn(failures: LoadStep['failures']): [string, number][] {
  return Object.entries(failures).filter(([code]) => code !== 'connection-full');
}

function processors(failed: readonly LoadStep[]): FirstLimit | null {
  const busy = busiestOf(failed);
  if (busy === null) return null;
  const { name, id, share, machineShare } = busy;
  if (share >= fullThread) {
    const sentence = `CPU of one thread of the server: ${name} ${id} works ${percentText(share)} of the time.`;
    return { kind: 'cpu', sentence };
  }
  if (machineShare < fullMachine) return null;
  const sentence = `CPU of the machine, which server and generator share: ${percentText(machineShare)} in use, the busiest thread of the server ${percentText(share)}.`;
  return { kind: 'cpu', sentence };
}

function waiting(pairs: readonly Pair[]): FirstLimit | null {
  const before = median(pairs.map(({ lowest }) => lowest.roundTrip.p50Us ?? 0));
  const after = median(pairs.map(({ failed }) => failed.roundTrip.p50Us ?? 0));
  const failed = pairs.map((pair) => pair.failed);
  const delays = `the middle delay goes from ${timeText(before)} to ${timeText(after)}`;
  if (after > waitsTimes * before && after - before > waitsMoreUs) {
    const sentence = `A queue: ${delays}. It stands before the server’s processor or its link.${reserve(failed)}`;
    return { kind: 'queue', sentence };
  }
  if (median(failed.map(({ outcome }) => Number(outcome === 'latency'))) < 1) return null;
  const p99 = timeText(median(failed.map(({ roundTrip }) => roundTrip.p99Us ?? 0)));
  const sentence = `Stalls: ${delays}, but 1 % wait for ${p99}. Something stops the server now and then.${reserve(failed)}`;
  return { kind: 'stalls', sentence };
}

function lostAtOnce(failed: readonly LoadStep[]): FirstLimit | null {
  if (median(failed.map(({ outcome }) => Number(outcome === 'loss'))) < 1) return null;
  const perSec = failed.map(({ arrivedBack, seconds }) => arrivedBack / seconds);
  const spread = (Math.max(...perSec) - Math.min(...perSec)) / median(perSec);
  if (failed.length >= leastRuns && spread <= sameWithin) {
    const mbit = failed.flatMap(({ clientMbitPerSec }) => clientMbitPerSec ?? []);
    const amount = `${Math.round(median(perSec))} a second${mbit.length === 0 ? '' : `, ${median(mbit).toFixed(1)} Mbit/s with all headers`}`;
    const sentence = `A ceiling: in every run the same comes back, ${amount}, and the rest is lost at once: a bandwidth limit (max-bps, a policer) or a link.${reserve(failed)}`;
    return { kind: 'ceiling', sentence };
  }
  const sentence = `Buffers: packets are lost without having waited. Receive buffers of the server overflow (net.core.rmem_max), or a rate limit drops them.${reserve(failed)}`;
  return { kind: 'buffers', sentence };
}

interface Busiest {
  readonly id: number;
  readonly name: string;
  readonly share: number;
  readonly machineShare: number;
}

/** In the run in the middle; null: the server is elsewhere. */
function busiestOf(failed: readonly LoadStep[]): Busiest | null {
  const busiest = failed
    .flatMap(({ server }) => {
      const [thread] = server?.threads ?? [];
      return server === undefined || thread === undefined
        ? []
        : [{ ...thread, machineShare: server.machineShare }];
    })
    .sort((a, b) => a.share - b.share);
  return busiest[Math.floor(busiest.length / 2)] ?? null;
}

/** What it was not. */
function reserve(failed: readonly LoadStep[]): string {
  const busiest = busiestOf(failed);
  return busiest === null
    ? ''
    : ` Its busiest thread works ${percentText(busiest.share)} of the time: not its processor.`;
}

function median(values: readonly number[]): number {
  return percentile(values, 50);
}
