/** What a profile would send at most, before anything is sent. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import { ladderOf, stepsOf } from './ladder.ts';
import { type Part, scheduleMs } from './part.ts';
import { meanStream } from './traffic.ts';

export interface LoadPlan {
  readonly steps: readonly number[];
  /** Of the first run; later ones begin near the knee. */
  readonly firstRunSec: number;
  /** All ends after this, whatever has been found. */
  readonly mostMinutes: number;
  /** In the highest step, each way. */
  readonly mostPacketsPerSec: number;
  /** Payload of the highest step, each way. */
  readonly mostMbitPerSec: number;
  readonly mostAllocations: number;
}

export function planOf(profile: LoadProfile): LoadPlan {
  const { axis, traffic, step, limits } = profile;
  const steps = stepsOf(ladderOf(profile));
  const highest = steps.at(-1) ?? 0;
  const stepSec = step.discardSec + step.seconds + step.drainMs / 1000;
  const packets = axis === 'packets' ? highest : 0;
  return {
    steps,
    firstRunSec: steps.length * stepSec,
    mostMinutes: limits.minutes,
    mostPacketsPerSec: packets,
    mostMbitPerSec: (packets * meanStream(traffic).bytes * 8) / 1e6,
    mostAllocations: mostAllocations(profile, highest),
  };
}

/** At the same moment. */
function mostAllocations({ axis, traffic, step }: LoadProfile, highest: number): number {
  if (axis === 'packets') return traffic.flows;
  return Math.ceil(axis === 'held' ? highest : (highest * step.drainMs) / 1000);
}

export interface PlanProblem {
  readonly path: readonly string[];
  readonly problem: string;
}

/**
 * What goes beyond the limits that the profile itself sets, or cannot be divided; null: nothing.
 * @param part null: one machine makes it all
 */
export function planProblem(profile: LoadProfile, part: Part | null = null): PlanProblem | null {
  const { axis, limits, traffic, peer } = profile;
  const workers = profile.workers * (part?.of ?? 1);
  const { steps, mostAllocations: most } = planOf(profile);
  const highest = steps.at(-1) ?? 0;
  if (axis !== 'held' && highest > limits.perSec) {
    return { path: ['ladder', 'to'], problem: `${highest} is above limits.perSec, ${limits.perSec}` };
  }
  if (most > limits.allocations) {
    const path = axis === 'packets' ? ['traffic', 'flows'] : ['ladder', 'to'];
    return { path, problem: `takes ${most} allocations, limits.allocations is ${limits.allocations}` };
  }
  if (axis === 'packets' && peer.kind === 'hairpin' && traffic.flows % (2 * workers) !== 0) {
    return { path: ['traffic', 'flows'], problem: 'hairpins need pairs: an even number for each worker' };
  }
  if (axis === 'packets' && traffic.flows < workers) {
    return {
      path: ['traffic', 'flows'],
      problem: `${traffic.flows} flows are too few for ${workers} workers`,
    };
  }
  return part === null ? null : partProblem(profile);
}

/** Steps of several machines have fixed times. */
function partProblem(profile: LoadProfile): PlanProblem | null {
  if (profile.axis === 'held') {
    return {
      path: ['axis'],
      problem: 'allocations that are held take their time to be made, so no step has a fixed one',
    };
  }
  const minutes = scheduleMs(profile) / 60_000;
  if (minutes < profile.limits.minutes) return null;
  const problem = `${minutes.toFixed(0)} minutes, because parts make every step of every run, limits.minutes is ${profile.limits.minutes}`;
  return { path: ['runs'], problem };
}
