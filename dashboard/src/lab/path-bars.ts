/** Success by path, with what chance leaves open. Pure. */
import type { LabCell } from '../../../contract/lab-report.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import type { Bar } from '../statistics/bars.ts';
import { words } from '../words.ts';
import { labGrids } from './lab-grid.ts';

/** @param hrefOf leads to the matrix of one path */
export function labPathBars(cells: readonly LabCell[], hrefOf: (path: string) => string): Bar[] {
  return labGrids(cells).flatMap(({ path, cells: own }) => {
    const [first] = own;
    const sum = (of: (cell: LabCell) => number) => own.reduce((total, cell) => total + of(cell), 0);
    const attempts = sum((cell) => cell.attempts);
    // Attempts that the harness spoiled say nothing.
    if (first === undefined || attempts === 0) return [];
    return [
      {
        key: path,
        label: words.lab.path(first),
        path: first.path,
        rate: wilsonRate(
          sum((cell) => cell.succeeded),
          attempts,
        ),
        harnessFaults: sum((cell) => cell.faults),
        href: hrefOf(path),
      },
    ];
  });
}
