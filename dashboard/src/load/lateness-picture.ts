/** Whether the generator kept its times, and its other signs. Of all steps: those that do not count are what it is about. Pure. */
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { lateP99Us } from '../../../turn/load/judge-generator.ts';
import { formatUs } from '../format/measure.ts';
import { words } from '../words.ts';
import { frameOf, limitGuide } from './picture-frame.ts';
import { type StepFigure, type StepGroup, spreadOf } from './step-groups.ts';
import { type StepPicture, spreadText } from './step-picture.ts';

const { generator: text, amount, wholeMs } = words.load;
const { signs } = text;

const lateness: StepFigure = ({ generator }) => generator.lateness.p99Us;

export function latenessPicture(body: LoadReportBody, groups: readonly StepGroup[]): StepPicture {
  const worst = spreadOf(groups.flatMap(allSteps), lateness);
  return {
    ...frameOf(body, groups),
    title: text.title,
    hint: text.hint,
    finding: text.finding(formatUs(worst?.high), formatUs(lateP99Us)),
    lines: [
      {
        key: 'late',
        label: text.late,
        color: 'mesh',
        dash: [],
        at: (group) => spreadOf(allSteps(group), lateness),
      },
    ],
    guides: [limitGuide(text.limit(formatUs(lateP99Us)), lateP99Us)],
    columns: [
      signColumn(signs.busy, ({ generator }) => generator.busyShare, words.units.percent),
      signColumn(signs.waited, ({ generator }) => generator.runQueueMs, wholeMs),
      signColumn(signs.drops, ({ generator }) => generator.socketDrops, amount),
      signColumn(signs.unsent, ({ generator }) => generator.unsent, amount),
    ],
    y: text.axis,
    isLogarithmic: true,
    read: formatUs,
  };
}

function allSteps({ measured, limited }: StepGroup) {
  return [...measured, ...limited];
}

function signColumn(head: string, figure: StepFigure, read: (value: number) => string) {
  return { head, cell: (group: StepGroup) => spreadText(spreadOf(allSteps(group), figure), read) };
}
