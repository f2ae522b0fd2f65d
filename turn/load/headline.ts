/** The answer in one sentence. */
import type { Headline } from '../../contract/basics.ts';
import type { Failure } from '../../contract/failures.ts';
import type { LoadAxis, LoadProfile } from '../../contract/load-profile.ts';
import type { LoadVerdict } from '../../contract/load-report.ts';
import { ladderOf } from './ladder.ts';
import type { Part } from './part.ts';

export const axisUnits: Readonly<Record<LoadAxis, string>> = {
  packets: 'packets/s each way',
  allocations: 'allocations/s',
  held: 'allocations held',
};

const exceeded = { loss: 'losses', latency: 'delays' } as const;

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
}

export function headlineOfLoad({ uri, verdict, profile, failure }: LoadAnswer): Headline {
  if (failure !== null) {
    const { code, message, next } = failure;
    return { status: 'bad', code, sentence: `${uri}: ${message}`.slice(0, 500), advice: [next] };
  }
  const { kind, carried, interval, limit } = verdict;
  const amount = `${numberText(carried ?? 0)} ${axisUnits[profile.axis]}`;
  const { from } = ladderOf(profile);
  const inRuns = verdict.runs === 1 ? '1 run' : `${verdict.runs} runs`;
  const { lossPercent, p99Ms } = profile.stop;
  const rule =
    limit === null
      ? ''
      : `${exceeded[limit]} beyond ${limit === 'loss' ? `${lossPercent} %` : `p99 ${p99Ms} ms`}`;
  const say = (status: Headline['status'], sentence: string, advice: string[] = []): Headline => ({
    status,
    code: `load-${kind}`,
    sentence: `${uri}: ${sentence}`.slice(0, 500),
    advice,
  });
  switch (kind) {
    case 'capacity': {
      return say('good', `carries ${amount} (${inRuns}${intervalText(interval)}), then ${rule}.`);
    }
    case 'at-least':
      return say('good', `carries at least ${amount} (${inRuns}): its limit was not reached.`, [
        'To find the limit, raise ladder.to, and limits.perSec or limits.allocations with it.',
      ]);
    case 'below-ladder':
      return say(
        'bad',
        `does not carry the first step, ${numberText(from)} ${axisUnits[profile.axis]}: ${rule}.`,
        [
          'Start lower (ladder.from), and run polynya turn check --quality: loss at low rates is no matter of capacity.',
        ],
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
