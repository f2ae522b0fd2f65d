/** From the counts of a step to its outcome. */
import type { LoadProfile } from '../../contract/load-profile.ts';
import type { GeneratorLimit, LoadPolicy, StepOutcome } from '../../contract/load-report.ts';
import { judgeGenerator } from './judge-generator.ts';
import { policyIn } from './policy.ts';
import type { StepRecord } from './step-count.ts';

export interface StepJudgement {
  readonly outcome: StepOutcome;
  readonly reasons: readonly GeneratorLimit[];
  readonly lossPercent: number;
  readonly policy: LoadPolicy | null;
}

/** Of what was handed to the system, the part that did not come back in time. */
function lossPercent({ sent, arrivedBack }: StepRecord): number {
  return sent === 0 ? 0 : (100 * Math.max(0, sent - arrivedBack)) / sent;
}

/**
 * The generator is judged first: while it is the limit, loss and latency are its own. Then the settings of the server:
 * refused is not lost.
 *
 * @param asked of the server, where that is not what was due
 */
export function judgeStep(
  record: StepRecord,
  stop: LoadProfile['stop'],
  asked: number = record.scheduled,
): StepJudgement {
  const reasons = judgeGenerator(record);
  const lost = lossPercent(record);
  const policy = policyIn(record.failures, asked);
  const say = (outcome: StepOutcome): StepJudgement => ({ outcome, reasons, lossPercent: lost, policy });
  if (reasons.length > 0) return say('generator-limited');
  if (policy !== null && 100 * policy.share > stop.lossPercent) return say('policy');
  if (record.sent === 0 || record.arrivedBack === 0) return say('target-failed');
  if (lost > stop.lossPercent) return say('loss');
  const { p99Us } = record.roundTrip;
  return say(p99Us !== null && p99Us > stop.p99Ms * 1000 ? 'latency' : 'carried');
}
