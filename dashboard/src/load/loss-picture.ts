/** What was lost at every step, on which leg. Pure. */
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { words } from '../words.ts';
import { frameOf, limitGuide } from './picture-frame.ts';
import { legLoss, type StepGroup, toldGroup } from './step-groups.ts';
import type { StepLine, StepPicture } from './step-picture.ts';

const { loss: text, amountOf, nothing, percent } = words.load;

const lines = [
  { key: 'both', color: 'mesh', dash: [] },
  { key: 'out', color: 'relay', dash: [8, 4] },
  { key: 'back', color: 'sfu', dash: [2, 3] },
] as const;

export function lossPicture(body: LoadReportBody, groups: readonly StepGroup[]): StepPicture {
  const { lossPercent } = body.profile.stop;
  const frame = frameOf(body, groups);
  const losses = new Map(groups.map((group) => [group, legLoss(group.measured)]));
  const hasLegs = [...losses.values()].some((loss) => loss !== null && loss.out !== null);
  const highest = groups.findLast(({ measured }) => measured.length > 0) ?? null;
  const told = [...new Set([toldGroup(groups, body.verdict), highest])].flatMap((group) => {
    const loss = group && losses.get(group);
    return group && loss ? [text.finding(amountOf(group.offered, frame.x), loss)] : [];
  });
  return {
    ...frame,
    title: text.title,
    hint: hasLegs ? text.hint : text.hintSingle,
    finding: told.length === 0 ? nothing : told.join(' '),
    lines: lines
      .filter(({ key }) => hasLegs || key === 'both')
      .map(
        (line): StepLine => ({
          ...line,
          label: hasLegs ? text.lines[line.key] : text.single,
          at: (group) => {
            const lost = losses.get(group)?.[line.key] ?? null;
            // Counts of all runs together: there is one figure.
            return lost === null ? null : { low: lost, middle: lost, high: lost, n: 1 };
          },
        }),
      ),
    guides: [limitGuide(text.limit(lossPercent), lossPercent)],
    y: text.axis,
    isLogarithmic: false,
    read: percent,
  };
}
