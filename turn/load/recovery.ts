/** Too much for some time, then little: when is the server back to normal? */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { LoadRecovery } from '../../contract/load-report.ts';
import { judgeGenerator } from './judge-generator.ts';
import type { Slice } from './slices.ts';
import type { StepRecord } from './step-count.ts';

export const sliceMs = 100;
/** Normal is what stays so for that long. */
const steadyMs = 1_000;
/** Of what is due, as the 99th percentile of the ladder’s limit allows. */
const badShare = 0.01;

export interface Phase {
  /** In the unit of the ladder. */
  readonly offered: number;
  readonly seconds: number;
}

export interface RecoveryPlan {
  readonly overload: Phase;
  readonly after: Phase;
}

export function recoveryPlan(carried: number, recovery: NonNullable<LoadProfile['recovery']>): RecoveryPlan {
  const { overloadPercent, overloadSec, afterPercent, afterSec } = recovery;
  return {
    overload: { offered: (carried * overloadPercent) / 100, seconds: overloadSec },
    after: { offered: (carried * afterPercent) / 100, seconds: afterSec },
  };
}

/** The first moment from which a steady time is normal, and whose own slice is; null: there is none. */
export function firstNormal(
  slices: readonly Slice[],
): { readonly ms: number; readonly samples: number } | null {
  const length = Math.ceil(steadyMs / sliceMs);
  for (let at = 0; at + length <= slices.length; at += 1) {
    const steady = sumOf(slices.slice(at, at + length));
    if (isNormal(sumOf(slices.slice(at, at + 1))) && steady.sent > 0 && isNormal(steady))
      return { ms: at * sliceMs, samples: steady.sent };
  }
  return null;
}

export interface RecoveryCounts {
  readonly plan: RecoveryPlan;
  readonly carried: number;
  readonly overload: StepRecord;
  readonly after: StepRecord;
  readonly slices: readonly Slice[];
}

/**
 * The generator has to make the low rate as planned, because that is what is judged. The overload only has to have been
 * one: more than what was carried.
 */
export function judgeRecovery({ plan, carried, overload, after, slices }: RecoveryCounts): LoadRecovery {
  const wasOverload = overload.sent > carried * plan.overload.seconds;
  const reasons = [...judgeGenerator(after), ...(wasOverload ? [] : judgeGenerator(overload))];
  const normal = firstNormal(slices);
  const isLimited = reasons.length > 0 || !wasOverload;
  const outcome = isLimited ? 'generator-limited' : normal === null ? 'not-recovered' : 'recovered';
  const phase = ({ offered, seconds }: Phase, { sent, arrivedBack }: StepRecord) => {
    return { offered, seconds, sent, arrivedBack };
  };
  return {
    outcome,
    overload: phase(plan.overload, overload),
    after: phase(plan.after, after),
    recoveredMs: isLimited ? null : (normal?.ms ?? null),
    samples: isLimited ? null : (normal?.samples ?? null),
    sliceMs,
    // Both phases may have the same one.
    reasons: reasons.filter(({ code }, at) => reasons.findIndex((reason) => reason.code === code) === at),
  };
}

function sumOf(slices: readonly Slice[]): Slice {
  let [sent, good] = [0, 0];
  for (const slice of slices) {
    sent += slice.sent;
    good += slice.good;
  }
  return { sent, good };
}

function isNormal({ sent, good }: Slice): boolean {
  return sent - good <= badShare * sent;
}
