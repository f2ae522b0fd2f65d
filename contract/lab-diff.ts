/** Two lab reports → the cells that came out otherwise. Pure; `polynya lab diff` and the dashboard show it. */
import type { LabCell, LabReportBody } from './lab-report.ts';
import { labCellKey } from './lab-words.ts';

/**
 * better, worse: a larger or smaller share of the attempts connected · other: the same share, but it was expected
 * before and is not now, the other way round, or one of the two says nothing · added, removed: only one report has it.
 */
export const labChanges = ['worse', 'better', 'other', 'added', 'removed'] as const;
export type LabChange = (typeof labChanges)[number];

export interface LabDifference {
  readonly change: LabChange;
  /** The cell in the report where it is; of both, the later one. */
  readonly cell: LabCell;
  readonly before: LabCell | null;
  readonly after: LabCell | null;
}

export interface LabDiff {
  /** Cells that both reports have and that came out alike. */
  readonly same: number;
  /** Worse ones first, else in the order of the later report. */
  readonly differences: readonly LabDifference[];
}

type Body = Pick<LabReportBody, 'cells'>;

export function diffLabReports(before: Body, after: Body): LabDiff {
  const old = new Map(before.cells.map((cell) => [labCellKey(cell), cell]));
  const fresh = new Set(after.cells.map(labCellKey));
  const found: LabDifference[] = [];
  let same = 0;
  for (const cell of after.cells) {
    const was = old.get(labCellKey(cell));
    const change = was === undefined ? 'added' : changeOf(was, cell);
    if (change === null) same += 1;
    else found.push({ change, cell, before: was ?? null, after: cell });
  }
  for (const [key, cell] of old) {
    if (!fresh.has(key)) found.push({ change: 'removed', cell, before: cell, after: null });
  }
  const differences = labChanges.flatMap((change) => found.filter((each) => each.change === change));
  return { same, differences };
}

function changeOf(before: LabCell, after: LabCell): LabChange | null {
  const [was, is] = [shareOf(before), shareOf(after)];
  if (was === null || is === null) return was === is ? null : 'other';
  if (is !== was) return is > was ? 'better' : 'worse';
  return before.asExpected === after.asExpected ? null : 'other';
}

/** Of the attempts that say something; null: none does. */
function shareOf({ succeeded, attempts }: LabCell): number | null {
  return attempts === 0 ? null : succeeded / attempts;
}
