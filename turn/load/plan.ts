/** What a profile would send at most, before anything is sent. */
import type { LoadAxis, LoadProfile } from '../../contract/load-profile.ts';
import { channelsOfAllocation, channelsOfStep } from './channel-count.ts';
import { ladderOf, stepsOf } from './ladder.ts';
import { type Part, scheduleMs } from './part.ts';
import { meanStream, profilesBySize } from './traffic.ts';

export interface LoadPlan {
  readonly steps: readonly number[];
  readonly stepSec: number;
  /** Later ones begin near the knee. */
  readonly firstRunSec: number;
  /** Of all packet sizes together. */
  readonly runs: number;
  /** After the runs; 0: nothing. */
  readonly recoverySec: number;
  /** All ends after this, whatever has been found. */
  readonly mostMinutes: number;
  /** In the highest step or beyond it, each way. */
  readonly mostPacketsPerSec: number;
  /** Payload of that, each way. */
  readonly mostMbitPerSec: number;
  readonly mostAllocations: number;
}

/** Axes on which allocations, `traffic.flows` of them, are made once and stay. */
const flowAxes: ReadonlySet<LoadAxis> = new Set(['packets', 'permissions', 'channels']);

export function planOf(profile: LoadProfile): LoadPlan {
  const { axis, step, limits, recovery } = profile;
  const sizes = profilesBySize(profile);
  const steps = stepsOf(ladderOf(profile));
  const highest = mostOffered(profile);
  const stepSec = step.discardSec + step.seconds + step.drainMs / 1000;
  const packets = axis === 'packets' ? highest : 0;
  const bytes = Math.max(...sizes.map(({ traffic }) => meanStream(traffic).bytes));
  return {
    steps,
    stepSec,
    firstRunSec: steps.length * stepSec,
    runs: sizes.length * profile.runs,
    recoverySec: recovery === null ? 0 : recovery.overloadSec + recovery.afterSec,
    mostMinutes: limits.minutes,
    mostPacketsPerSec: packets,
    mostMbitPerSec: (packets * bytes * 8) / 1e6,
    mostAllocations: mostAllocations(profile, highest),
  };
}

/** What comes after the limit goes beyond it. */
function mostOffered(profile: LoadProfile): number {
  const highest = stepsOf(ladderOf(profile)).at(-1) ?? 0;
  return profile.recovery === null ? highest : (highest * profile.recovery.overloadPercent) / 100;
}

/** At the same moment. */
function mostAllocations({ axis, traffic, step, population }: LoadProfile, highest: number): number {
  if (flowAxes.has(axis)) return traffic.flows;
  if (axis === 'held') return highest;
  const underWay = Math.ceil((highest * step.drainMs) / 1000);
  return axis === 'churn' ? population + underWay : underWay;
}

export interface PlanProblem {
  readonly path: readonly string[];
  readonly problem: string;
}

/**
 * What goes beyond the limits that the profile itself sets, or cannot be divided; null: nothing.
 * @param part null: one machine makes it all
 */
export function planProblem(profile: LoadProfile, part: Pick<Part, 'of'> | null = null): PlanProblem | null {
  const { axis, step, limits, traffic, peer, recovery, population } = profile;
  const workers = profile.workers * (part?.of ?? 1);
  const { mostAllocations: most } = planOf(profile);
  const highest = mostOffered(profile);
  const byFlows = flowAxes.has(axis);
  if (axis === 'held' && recovery !== null) {
    return at('recovery', 'allocations that are held have no rate that could be too high for some time');
  }
  if (axis !== 'held' && highest > limits.perSec) {
    const overload = recovery === null ? '' : ` (${recovery.overloadPercent} % of the highest step)`;
    return at('ladder.to', `${highest}${overload} is above limits.perSec, ${limits.perSec}`);
  }
  if (most > limits.allocations) {
    const path = byFlows ? 'traffic.flows' : 'ladder.to';
    return at(path, `takes ${most} allocations, limits.allocations is ${limits.allocations}`);
  }
  if (axis === 'packets' && peer.kind === 'hairpin' && traffic.flows % (2 * workers) !== 0) {
    return at('traffic.flows', 'hairpins need pairs: an even number for each worker');
  }
  if (byFlows && traffic.flows < workers) {
    return at('traffic.flows', `${traffic.flows} flows are too few for ${workers} workers`);
  }
  if (
    axis === 'channels' &&
    channelsOfStep({ ...step, offered: highest }, traffic.flows) > channelsOfAllocation
  ) {
    return at(
      'traffic.flows',
      `the highest step takes more than the ${channelsOfAllocation} channels of an allocation (RFC 8656 s12)`,
    );
  }
  if (axis === 'churn' && population < workers) {
    return at('population', `${population} allocations are too few for ${workers} workers`);
  }
  return part === null ? null : partProblem(profile);
}

/** Steps of several machines have fixed times. */
function partProblem(profile: LoadProfile): PlanProblem | null {
  const { axis, limits, recovery, traffic } = profile;
  if (axis === 'held')
    return at('axis', 'allocations that are held take their time to be made, so no step has a fixed one');
  if (recovery !== null) return at('recovery', 'no part knows the limit that all find together');
  if (traffic.sizes.length > 0) return at('traffic.sizes', 'parts make one load: one size, one report');
  const minutes = scheduleMs(profile) / 60_000;
  if (minutes < limits.minutes) return null;
  return at(
    'runs',
    `${minutes.toFixed(0)} minutes, because parts make every step of every run, limits.minutes is ${limits.minutes}`,
  );
}

function at(path: string, problem: string): PlanProblem {
  return { path: path.split('.'), problem };
}
