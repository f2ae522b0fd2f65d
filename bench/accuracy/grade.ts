/** Is a verdict the truth, an honest "not known", or a false claim? */
import type { NatSummary, Verdict } from '../../contract/nat-report.ts';
import type { NatVerdicts } from '../../probe/nat/classify.ts';
import type { Axis, Cell } from './cell.ts';

/**
 * exact – everything that can be known is said, and true · open – nothing false, and what is left open has its true
 * reason · vague – nothing false, but the reason is not the true one · wrong – a false claim.
 */
export const grades = ['exact', 'open', 'vague', 'wrong'] as const;
export type Grade = (typeof grades)[number];

/** What loss does to a run, and how a reason for "inconclusive" then reads. */
export const lossReasons =
  /silent:|not answered|answers nobody|did not finish|no STUN server answered|packets are lost/;

/** What is left to say where no answer gets back. */
const noAnswer = /no STUN server answered over UDP|nothing answered at all/;

const axes: readonly Axis[] = ['mapping', 'filtering'];

export interface Graded {
  readonly grade: Grade;
  /** In words, where it is not exact. */
  readonly remark: string;
}

export function gradeRun(
  cell: Cell,
  rttMs: number,
  { summary, verdicts }: Pick<NatVerdicts, 'summary' | 'verdicts'>,
): Graded {
  const isMuted = rttMs >= (cell.truth.mutedFromRttMs ?? Number.POSITIVE_INFINITY);
  const falsehoods = falseClaims(cell, isMuted, summary, verdicts);
  if (falsehoods.length > 0) return { grade: 'wrong', remark: falsehoods.join('; ') };
  const named = (name: string) => verdicts.find((verdict) => verdict.name === name);
  let grade: Grade = 'exact';
  const remarks: string[] = [];
  for (const axis of [...axes, 'udp'] as const) {
    if (summary[axis] !== 'inconclusive') continue;
    const reason = named(axis)?.reason ?? '';
    const expected = cell.open?.[axis];
    const isTrue = expected?.test(reason) === true || (isMuted && noAnswer.test(reason));
    // Nothing can be true of a NAT that no packet came through: then this is all there is to say.
    const isAll = isTrue && axis !== 'udp' && cell.truth[axis] === null;
    if (isAll) continue;
    remarks.push(`${axis}: ${reason}`);
    if (!isTrue && !lossReasons.test(reason)) grade = 'vague';
    else if (grade === 'exact') grade = 'open';
  }
  return { grade, remark: remarks.join('; ') };
}

function falseClaims(
  { truth }: Cell,
  isMuted: boolean,
  summary: NatSummary,
  verdicts: readonly Verdict[],
): string[] {
  const claims: string[] = [];
  for (const axis of axes) {
    const said = summary[axis];
    if (said !== 'inconclusive' && said !== truth[axis]) claims.push(`${axis} ${said}`);
    const possible = verdicts.find((verdict) => verdict.name === axis)?.possible ?? [];
    const excluded = said === 'inconclusive' && possible.length > 0 && truth[axis] !== null;
    if (excluded && !possible.includes(truth[axis] ?? ''))
      claims.push(`${axis} one of ${possible.join(', ')}`);
  }
  if (summary.behindNat !== null && summary.behindNat !== truth.behindNat) {
    claims.push(`behindNat ${summary.behindNat}`);
  }
  const udpIsTrue = summary.udp === truth.udp || (isMuted && summary.udp === 'blocked');
  if (summary.udp !== 'inconclusive' && !udpIsTrue) claims.push(`udp ${summary.udp}`);
  if (truth.ipPooling !== undefined && ![truth.ipPooling, 'unknown'].includes(summary.ipPooling)) {
    claims.push(`ipPooling ${summary.ipPooling}`);
  }
  const alg = verdicts.find((verdict) => verdict.name === 'alg')?.value;
  if (alg !== undefined && alg !== (truth.alg ?? false)) claims.push(`alg ${String(alg)}`);
  return claims;
}
