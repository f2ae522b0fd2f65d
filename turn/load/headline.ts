/** The answer in one sentence. */
import type { Headline } from '../../contract/basics.ts';
import type { Failure } from '../../contract/failures.ts';
import type { LoadAxis, LoadProfile } from '../../contract/load-profile.ts';
import type { LoadComparison, LoadSize, LoadVerdict, StepOutcome } from '../../contract/load-report.ts';
import { ladderOf } from './ladder.ts';
import type { Part } from './part.ts';
import { policyText, settingsFor } from './policy.ts';

export const axisUnits: Readonly<Record<LoadAxis, string>> = {
  packets: 'packets/s each way',
  allocations: 'allocations/s',
  held: 'allocations held',
  permissions: 'permissions/s',
  channels: 'channels/s',
  churn: 'allocations/s that come and go',
};

export const outcomeWords: Readonly<Record<StepOutcome, string>> = {
  carried: 'carried',
  policy: 'refused by its settings',
  loss: 'lost too many',
  latency: 'too slow',
  'target-failed': 'server failed',
  'generator-limited': 'generator-limited',
};

export function numberText(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

export interface LoadAnswer {
  readonly uri: string;
  readonly verdict: LoadVerdict;
  readonly profile: LoadProfile;
  /** Why no load could be offered at all. */
  readonly failure: Failure | null;
  /** After the first of `traffic.sizes`. */
  readonly otherSizes?: readonly LoadSize[] | undefined;
}

interface Answer {
  readonly status: Headline['status'];
  readonly sentence: string;
  readonly advice: readonly string[];
}

export function headlineOfLoad({ uri, verdict, profile, failure, otherSizes = [] }: LoadAnswer): Headline {
  if (failure !== null) {
    const { code, message, next } = failure;
    return { status: 'bad', code, sentence: `${uri}: ${message}`.slice(0, 500), advice: [next] };
  }
  const { status, sentence, advice } = answerOf(verdict, profile);
  const [firstBytes] = profile.traffic.sizes;
  const parts =
    firstBytes === undefined || otherSizes.length === 0
      ? [sentence]
      : [
          `${firstBytes} bytes: ${sentence}`,
          ...otherSizes.map((size) => `${size.bytes} bytes: ${answerOf(size.verdict, profile).sentence}`),
        ];
  const code = `load-${verdict.kind}`;
  return { status, code, sentence: `${uri}: ${parts.join(' ')}`.slice(0, 500), advice: [...advice] };
}

function answerOf(verdict: LoadVerdict, profile: LoadProfile): Answer {
  const { kind, carried, interval, policy } = verdict;
  const { axis } = profile;
  const amount = `${numberText(carried ?? 0)} ${axisUnits[axis]}`;
  const { from } = ladderOf(profile);
  const inRuns = verdict.runs === 1 ? '1 run' : `${verdict.runs} runs`;
  const rule = ruleText(verdict, profile);
  const ofPolicy =
    policy === undefined
      ? []
      : [
          `That is a setting, and no matter of load. To measure on, raise it for the test (${settingsFor(policy.code, axis)}).`,
        ];
  const say = (status: Answer['status'], sentence: string, advice: readonly string[] = []): Answer => ({
    status,
    sentence,
    advice,
  });
  switch (kind) {
    case 'capacity': {
      return say('good', `carries ${amount} (${inRuns}${intervalText(interval)}), then ${rule}.`, ofPolicy);
    }
    case 'at-least':
      return say('good', `carries at least ${amount} (${inRuns}): its limit was not reached.`, [
        'To find the limit, raise ladder.to, and limits.perSec or limits.allocations with it.',
      ]);
    case 'below-ladder':
      return say(
        'bad',
        `does not carry the first step, ${numberText(from)} ${axisUnits[axis]}: ${rule}.`,
        policy === undefined
          ? [
              'Start lower (ladder.from), and run polynya turn check --quality: loss at low rates is no matter of capacity.',
            ]
          : ofPolicy,
      );
    case 'generator-limited':
      return say(
        'unknown',
        'generator-limited: this machine could not make the load as planned. Nothing is said about the server.',
        [
          'Use a machine of its own for the load, more workers (one for each core), or larger receive buffers (sysctl net.core.rmem_max).',
        ],
      );
    case 'target-failed':
      return say('bad', 'answered nothing any more under load.', [
        'Look at the server’s log: has it ended, or banned this host?',
      ]);
    case 'stopped':
      return say('unknown', 'stopped before there was an answer.');
  }
}

/** What ended the ladder. */
function ruleText({ limit, policy }: LoadVerdict, { stop, axis }: LoadProfile): string {
  if (policy !== undefined) return policyText(policy, axis);
  if (limit === 'loss') return `losses beyond ${stop.lossPercent} %`;
  return limit === 'latency' ? `delays beyond p99 ${stop.p99Ms} ms` : '';
}

/** One machine of several: whether the server carried its part is decided with the others. */
export function headlineOfPart(
  uri: string,
  { number, of }: Pick<Part, 'number' | 'of'>,
  isComplete: boolean,
): Headline {
  const what = isComplete
    ? 'was made as planned; the verdict comes from all parts together.'
    : 'was not made to its end: it was not ready in time, or it was stopped.';
  return {
    status: 'unknown',
    code: 'load-part',
    sentence: `${uri}: part ${number} of ${of} ${what}`.slice(0, 500),
    advice: ['Join the reports of all parts: polynya turn load-join PART1.json PART2.json …'],
  };
}

function intervalText(interval: LoadVerdict['interval']): string {
  if (interval === null) return '';
  const { low, high, confidence } = interval;
  const sure = confidence === 0 ? '' : `, ${Math.floor(100 * confidence)} % sure`;
  return `; limit between ${numberText(low)} and ${numberText(high)}${sure}`;
}

/** What an earlier load and a later one say together. */
export function comparisonText(
  { before, after, pValue, change, isDecidable }: LoadComparison,
  axis: LoadAxis,
): string {
  const figures = `${numberText(before)} → ${numberText(after)} ${axisUnits[axis]}`;
  if (!isDecidable) return `${figures}; too few runs to tell a difference from chance.`;
  const chance = `p = ${Number(pValue.toPrecision(2))}`;
  if (change === 'none') return `${figures}; no more than chance (${chance}).`;
  return `${figures}; it carries ${change} (${chance}).`;
}
