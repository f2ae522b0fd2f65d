/** Percentiles of the delay at every step, against the limit of the stop rule. Pure. */
import type { LoadReportBody, LoadTimes } from '../../../contract/load-report.ts';
import { formatUs } from '../format/measure.ts';
import { words } from '../words.ts';
import { frameOf, limitGuide } from './picture-frame.ts';
import { type StepGroup, spreadOf, toldGroup } from './step-groups.ts';
import type { StepLine, StepPicture } from './step-picture.ts';

const { delay: text, amount, amountOf, nothing, percentiles } = words.load;

const lines = [
  { key: 'p50Us', color: 'mesh', dash: [] },
  { key: 'p99Us', color: 'relay', dash: [8, 4] },
  { key: 'p999Us', color: 'sfu', dash: [2, 3] },
] as const;

export function delayPicture(body: LoadReportBody, groups: readonly StepGroup[]): StepPicture {
  const { p99Ms } = body.profile.stop;
  const frame = frameOf(body, groups);
  const told = toldGroup(groups, body.verdict);
  const at = (group: StepGroup, key: keyof LoadTimes) =>
    spreadOf(group.measured, ({ roundTrip }) => roundTrip[key]);
  const [half, most, all] = (['p50Us', 'p99Us', 'maxUs'] as const).map((key) =>
    formatUs(told && at(told, key)?.middle),
  );
  return {
    ...frame,
    title: text.title,
    hint: text.hint,
    finding:
      told === null
        ? nothing
        : text.finding(amountOf(told.offered, frame.x), half ?? '', most ?? '', all ?? ''),
    lines: lines.map(
      (line): StepLine => ({
        ...line,
        label: percentiles[line.key],
        at: (group) => at(group, line.key),
      }),
    ),
    guides: [limitGuide(text.limit(p99Ms), p99Ms * 1000)],
    columns: [{ head: text.samples, cell: samplesText }],
    y: text.axis,
    isLogarithmic: true,
    read: formatUs,
  };
}

function samplesText({ measured }: StepGroup): string {
  return amount(measured.reduce((sum, { roundTrip }) => sum + roundTrip.samples, 0));
}
