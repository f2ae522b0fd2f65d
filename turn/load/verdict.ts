/** From the climbs of all runs to what can be said about the server, and how sure that is. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadPolicy, LoadRun, LoadVerdict } from '../../contract/load-report.ts';
import { limits } from './ladder.ts';
import { medianRanks } from './median-interval.ts';
import { meanStream } from './traffic.ts';
import { throughputOf, type Way } from './wire.ts';

/** Of the runs, those that the generator ended. With more there is no verdict about the server. */
const mostLimited = 1 / 3;

type Decided = LoadRun & { readonly carried: number; readonly failed: number };

function isDecided(run: LoadRun): run is Decided {
  return run.carried !== null && run.failed !== null;
}

export function verdictOf(runs: readonly LoadRun[], profile: LoadProfile, way: Way): LoadVerdict {
  const ended = runs.filter(({ end }) => end !== 'stopped');
  const decided = ended.filter(isDecided);
  const say = (
    kind: LoadVerdict['kind'],
    more: Partial<Pick<LoadVerdict, 'carried' | 'interval' | 'limit'>> = {},
  ): LoadVerdict => {
    const carried = more.carried ?? null;
    const policy = more.limit === 'policy' ? mostPolicy(runs) : null;
    const isRelayed = carried !== null && profile.axis === 'packets';
    return {
      kind,
      carried,
      interval: null,
      limit: null,
      ...more,
      ...(policy === null ? {} : { policy }),
      decided: decided.length,
      runs: runs.length,
      streams: isRelayed ? carried / meanStream(profile.traffic).perSec : null,
      ...(isRelayed ? { throughput: throughputOf(carried, profile, way) } : {}),
    };
  };
  const number = (end: LoadRun['end']) => ended.filter((run) => run.end === end).length;
  if (ended.length === 0) return say('stopped');
  if (number('generator-limited') > mostLimited * ended.length) return say('generator-limited');
  if (number('target-failed') * 2 > ended.length) return say('target-failed');
  const judged = ended.filter(({ end }) => end !== 'generator-limited' && end !== 'target-failed');
  const highest = judged.map(({ carried }) => carried ?? 0).sort(ascending);
  const limit = limits.reduce((most, next) => (number(next) > number(most) ? next : most));
  if (number('end') * 2 > judged.length) return say('at-least', { carried: lowerMedian(highest) });
  if (decided.length * 2 <= judged.length) return say('below-ladder', { limit });
  // A run that was carried to the end bounds the capacity below only.
  const above = judged.map(({ failed }) => failed ?? Number.POSITIVE_INFINITY).sort(ascending);
  const { rank, confidence } = medianRanks(judged.length);
  const low = highest[rank] ?? 0;
  const high = above.at(-1 - rank) ?? Number.POSITIVE_INFINITY;
  const interval = Number.isFinite(high) ? { low, high, confidence } : null;
  return say('capacity', { carried: lowerMedian(highest), interval, limit });
}

function mostPolicy(runs: readonly LoadRun[]): LoadPolicy | null {
  const policies = runs.flatMap(({ steps }) => steps.flatMap(({ policy }) => policy ?? []));
  return policies.reduce<LoadPolicy | null>(
    (most, next) => (next.share > (most?.share ?? 0) ? next : most),
    null,
  );
}

/** Of an even number the lower of the two in the middle: a step that was really carried. */
function lowerMedian(sorted: readonly number[]): number {
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

function ascending(a: number, b: number): number {
  return a - b;
}
