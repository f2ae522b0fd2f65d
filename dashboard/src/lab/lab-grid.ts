/** Cells of a lab run as one grid for each path: rows offer, columns answer. Pure. */
import type { LabCell } from '../../../contract/lab-report.ts';
import { labPathKey } from '../../../contract/lab-words.ts';
import { type Grid, gridOf } from '../panels/grid-keys.ts';

/** A place without a cell: these two were not tried over this path. */
export interface LabGrid extends Grid<LabCell> {
  /** `relay-tls`: as it stands in the URL. */
  readonly path: string;
  readonly cells: readonly LabCell[];
}

export function labGrids(all: readonly LabCell[]): LabGrid[] {
  return [...new Set(all.map(labPathKey))].map((path) => {
    const cells = all.filter((cell) => labPathKey(cell) === path);
    return { path, cells, ...gridOf(cells) };
  });
}
