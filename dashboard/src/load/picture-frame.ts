/** What all pictures of a load share. Pure. */
import type { LoadReportBody } from '../../../contract/load-report.ts';
import { axisUnits } from '../../../turn/load/headline.ts';
import type { StepGroup } from './step-groups.ts';
import type { Guide, StepPicture } from './step-picture.ts';

export const guideDash = [3, 3] as const;

export function frameOf(
  { axis }: LoadReportBody,
  groups: readonly StepGroup[],
): Pick<StepPicture, 'groups' | 'x' | 'marks' | 'columns'> {
  return { groups, x: axisUnits[axis], marks: [], columns: [] };
}

/** What a line must not exceed. */
export function limitGuide(label: string, value: number): Guide {
  return { key: 'limit', label, color: 'bad', dash: guideDash, at: () => value };
}
