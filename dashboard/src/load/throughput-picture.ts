/** How much of every step came back, and where the limit lies. Pure. */
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { deliveredRate } from '../../../turn/load/delivered.ts';
import { words } from '../words.ts';
import { frameOf, guideDash } from './picture-frame.ts';
import { type StepGroup, spreadOf, toldGroup } from './step-groups.ts';
import { type StepLine, type StepPicture, spreadText } from './step-picture.ts';

const { throughput: text, amount, mbit, nothing, outcome } = words.load;

const lines = {
  carried: { of: 'measured', color: 'mesh', dash: [] },
  limited: { of: 'limited', color: 'unknown', dash: [2, 3] },
} as const;

export function throughputPicture(body: LoadReportBody, groups: readonly StepGroup[]): StepPicture {
  const { verdict } = body;
  const frame = frameOf(body, groups);
  const line = (key: keyof typeof lines): StepLine => {
    const { of, ...look } = lines[key];
    return { key, label: text.lines[key], ...look, at: (group) => spreadOf(group[of], deliveredRate) };
  };
  const hasLimited = groups.some(({ limited }) => limited.length > 0);
  const told = toldGroup(groups, verdict);
  const spread = told && spreadOf(told.measured, deliveredRate);
  const { interval } = verdict;
  return {
    ...frame,
    title: text.title,
    hint: text.hint(verdict),
    finding: [
      told && spread ? text.finding(frame.x, told.offered, spread.middle, spread.n) : nothing,
      text.limit(verdict),
    ].join(' '),
    lines: [line('carried'), ...(hasLimited ? [line('limited')] : [])],
    guides: [
      {
        key: 'offered',
        label: text.lines.offered,
        color: 'good',
        dash: guideDash,
        at: (offered) => offered,
      },
    ],
    marks:
      interval === null
        ? []
        : [
            { x: interval.low, label: text.above(interval.low) },
            { x: interval.high, label: text.below(interval.high) },
          ],
    columns: [
      { head: text.runs, cell: ({ measured }) => String(measured.length) },
      { head: text.outcomes, cell: outcomesText },
      ...(body.axis === 'packets'
        ? [wireColumn(text.clientMbit, 'clientMbitPerSec'), wireColumn(text.peerMbit, 'peerMbitPerSec')]
        : []),
    ],
    y: text.axis(frame.x),
    isLogarithmic: false,
    read: amount,
  };
}

function wireColumn(head: string, figure: 'clientMbitPerSec' | 'peerMbitPerSec') {
  const cell = ({ measured }: StepGroup) =>
    spreadText(
      spreadOf(measured, (step) => step[figure]),
      mbit,
    );
  return { head, cell };
}

/** `carried 3, lost too many 2` */
function outcomesText({ measured, limited }: StepGroup): string {
  const outcomes = [...measured, ...limited].map((step) => step.outcome);
  return [...new Set(outcomes)]
    .map((kind) => outcome(kind, outcomes.filter((each) => each === kind).length))
    .join(', ');
}
