/** Two loads, figure by figure. Pure. */
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { axisUnits } from '../../../turn/load/headline.ts';
import { formatUs } from '../format/measure.ts';
import { words } from '../words.ts';
import { spreadOf, stepGroups } from './step-groups.ts';

export interface BesideRow {
  readonly name: string;
  readonly other: string;
  readonly own: string;
}

const { amount, amountOf, against: text } = words.load;

export function loadsBeside(other: LoadReportBody, own: LoadReportBody): BesideRow[] {
  const row = (name: string, read: (body: LoadReportBody) => string) => ({
    name,
    other: read(other),
    own: read(own),
  });
  const common = highestCommon(other, own);
  return [
    row(text.rows.carried, ({ verdict, axis }) =>
      verdict.carried === null ? text.none : amountOf(verdict.carried, axisUnits[axis]),
    ),
    row(text.rows.interval, ({ verdict: { interval } }) =>
      interval === null ? text.none : `${amount(interval.low)} – ${amount(interval.high)}`,
    ),
    row(text.rows.runs, ({ runs }) =>
      runs.map(({ carried }) => (carried === null ? text.none : amount(carried))).join(', '),
    ),
    ...(common === null
      ? []
      : [row(text.p99At(amountOf(common, axisUnits[own.axis])), (body) => formatUs(p99At(body, common)))]),
  ];
}

/** The highest step that both carried: where their delays can be compared. */
function highestCommon(a: LoadReportBody, b: LoadReportBody): number | null {
  if (a.axis !== b.axis) return null;
  const [first, second] = [carriedSteps(a), carriedSteps(b)];
  const common = first.filter((offered) => second.includes(offered));
  return common.at(-1) ?? null;
}

function carriedSteps({ runs }: LoadReportBody): number[] {
  return stepGroups(runs)
    .filter(({ measured }) => measured.some(({ outcome }) => outcome === 'carried'))
    .map(({ offered }) => offered);
}

function p99At({ runs }: LoadReportBody, at: number): number | null {
  const group = stepGroups(runs).find(({ offered }) => offered === at);
  return spreadOf(group?.measured ?? [], ({ roundTrip }) => roundTrip.p99Us)?.middle ?? null;
}
