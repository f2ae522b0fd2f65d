import type { Headline } from '../contract/basics.ts';
import type { SimulationReportBody } from '../contract/simulation-report.ts';
import { percentText } from './percent-text.ts';

type Answered = Pick<SimulationReportBody, 'answer' | 'changes' | 'pairs' | 'population' | 'roomOutcomes'>;

/** More rooms that miss somebody than this, and the answer is not good; far more, and it is bad. */
const tolerated = 0.01;
const bad = 0.05;

export function simulationHeadline({ answer, changes, pairs, population, roomOutcomes }: Answered): Headline {
  const { pairsDirect, pairsRelayed, pairsFailed } = answer;
  const roomsShort = roomOutcomes.short.value;
  const onSfu = pairs.outcomes.sfu.value;
  const [low, high] = pairs.outcomes.direct.inputs;
  const parts = [
    `${percentText(pairsDirect)} of pairs connect directly (${percentText(low)} to ${percentText(high)})`,
    ...(pairsRelayed > 0 ? [`${percentText(pairsRelayed)} need a relay`] : []),
    ...(onSfu > 0 ? [`${percentText(onSfu)} need the SFU`] : []),
    pairsFailed > 0 ? `${percentText(pairsFailed)} do not connect` : 'all connect',
  ];
  const status = roomsShort <= tolerated ? 'good' : roomsShort <= bad ? 'limited' : 'bad';
  const [first] = changes;
  return {
    status,
    code: { good: 'population-connects', limited: 'population-mostly', bad: 'population-falls-short' }[
      status
    ],
    sentence: `${population.name}: ${parts.join(', ')}.`,
    advice: first === undefined ? [] : [adviceOf(first, answer)],
  };
}

function adviceOf({ change, answer }: Answered['changes'][number], before: Answered['answer']): string {
  const effects = [
    ['pairs that do not connect', before.pairsFailed, answer.pairsFailed],
    ['pairs that need a relay', before.pairsRelayed, answer.pairsRelayed],
  ] as const;
  const said = effects
    .filter(([, from, to]) => Math.abs(from - to) >= 0.0005)
    .map(([what, from, to]) => `${what} from ${percentText(from)} to ${percentText(to)}`);
  return `What would help most: ${change}${said.length === 0 ? '' : `; ${said.join(', ')}`}.`;
}
