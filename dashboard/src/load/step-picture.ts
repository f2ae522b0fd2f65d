/** What a chart over the steps of a ladder shows, and the same as a table. Pure. */
import type { ChartTable } from '../charts/chart-table.ts';
import type { InkName } from '../charts/ink-name.ts';
import { words } from '../words.ts';
import type { Spread, StepGroup } from './step-groups.ts';

interface LineOfPicture {
  readonly key: string;
  readonly label: string;
  readonly color: InkName;
  /** Pixels. */
  readonly dash: readonly number[];
}

/** Median of the runs, with lowest and highest as whiskers. */
export interface StepLine extends LineOfPicture {
  /** Null: there is no such figure. */
  readonly at: (group: StepGroup) => Spread | null;
}

/** A line to read the others by: in the legend, but not in the table. */
export interface Guide extends LineOfPicture {
  readonly at: (offered: number) => number;
}

export interface StepPicture {
  readonly title: string;
  readonly hint: string;
  /** The picture in words. */
  readonly finding: string;
  readonly groups: readonly StepGroup[];
  readonly lines: readonly StepLine[];
  readonly guides: readonly Guide[];
  /** Upright lines with a name. */
  readonly marks: readonly { readonly x: number; readonly label: string }[];
  /** Titles of the axes. */
  readonly x: string;
  readonly y: string;
  readonly isLogarithmic: boolean;
  readonly read: (value: number) => string;
  /** What the table holds besides the lines. */
  readonly columns: readonly { readonly head: string; readonly cell: (group: StepGroup) => string }[];
}

export function pictureTable({ title, x, groups, lines, read, columns }: StepPicture): ChartTable {
  return {
    caption: title,
    columns: [x, ...lines.map(({ label }) => label), ...columns.map(({ head }) => head)],
    rows: groups.map((group) => [
      words.load.amount(group.offered),
      ...lines.map(({ at }) => spreadText(at(group), read)),
      ...columns.map(({ cell }) => cell(group)),
    ]),
  };
}

export function spreadText(spread: Spread | null, read: (value: number) => string): string {
  if (spread === null) return '–';
  const { low, middle, high } = spread;
  return low === high ? read(middle) : words.load.spread(read(middle), read(low), read(high));
}
