import type { Population } from '../contract/population.ts';
import type { Answer, SimulationReportBody } from '../contract/simulation-report.ts';
import { answerOf, type Draws, evaluate } from './evaluate.ts';
import { atValue, type UncertainInput } from './inputs.ts';
import type { LinkTable } from './links.ts';

/** One input at a time at both ends of its range; largest effect first, on connections before costs before times. */
export function sensitivityOf(
  population: Population,
  table: LinkTable,
  inputs: readonly UncertainInput[],
  draws: Draws,
): SimulationReportBody['sensitivity'] {
  const rows = inputs.map((input) => {
    const { name, figure } = input;
    const end = (value: number) => ({
      value,
      answer: answerOf(evaluate(atValue(population, input, value), table, draws)),
    });
    const [low, high] = [end(figure.range[0]), end(figure.range[1])];
    return { input: name, source: figure.source, value: figure.value, low, high };
  });
  return rows.sort(
    (a, b) => effect(b) - effect(a) || costEffect(b) - costEffect(a) || timeEffect(b) - timeEffect(a),
  );
}

interface Ends {
  readonly low: { readonly answer: Answer };
  readonly high: { readonly answer: Answer };
}

function effect({ low, high }: Ends): number {
  const by = (of: (answer: Answer) => number) => Math.abs(of(high.answer) - of(low.answer));
  const largest = Math.max(
    by(({ pairsDirect }) => pairsDirect),
    by(({ pairsRelayed }) => pairsRelayed),
    by(({ pairsFailed }) => pairsFailed),
  );
  // Less is rounding, and must not decide about the order.
  return largest < 1e-9 ? 0 : largest;
}

function costEffect({ low, high }: Ends): number {
  return Math.abs(high.answer.cost - low.answer.cost);
}

function timeEffect({ low, high }: Ends): number {
  return Math.abs((high.answer.connectMs ?? 0) - (low.answer.connectMs ?? 0));
}
