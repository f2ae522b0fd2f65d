/** Cells of a lab run as one grid for each path: rows offer, columns answer. Pure. */
import type { LabCell } from '../../../contract/lab-report.ts';
import { labPathKey } from '../../../contract/lab-words.ts';

export interface LabGrid {
  /** `relay-tls`: as it stands in the URL. */
  readonly path: string;
  readonly cells: readonly LabCell[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `undefined`: these two were not tried over this path. */
  readonly at: (place: Place) => LabCell | undefined;
}

/** Indices into `rows` and `columns`. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export function labGrids(cells: readonly LabCell[]): LabGrid[] {
  const paths = [...new Set(cells.map(labPathKey))];
  return paths.map((path) =>
    gridOf(
      path,
      cells.filter((cell) => labPathKey(cell) === path),
    ),
  );
}

function gridOf(path: string, cells: readonly LabCell[]): LabGrid {
  const rows = [...new Set(cells.map(({ from }) => from))];
  const columns = [...new Set(cells.map(({ to }) => to))];
  const found = new Map(cells.map((cell) => [`${cell.from} ${cell.to}`, cell]));
  const at = ({ row, column }: Place) => found.get(`${rows[row]} ${columns[column]}`);
  return { path, cells, rows, columns, at };
}

/** The first cell there is: where the Tab key enters the grid. */
export function firstPlace({ rows, columns, at }: LabGrid): Place {
  const column = columns.findIndex((_, index) => at({ row: 0, column: index }) !== undefined);
  return { row: 0, column: rows.length === 0 ? 0 : column };
}

const steps: Readonly<Record<string, Place>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

/** Where a key leads to from a cell, over places without one; null: nowhere, or it is no key of the grid. */
export function nextPlace(grid: LabGrid, from: Place, key: string): Place | null {
  const isIn = ({ row, column }: Place) =>
    row >= 0 && column >= 0 && row < grid.rows.length && column < grid.columns.length;
  const along = (start: Place, { row, column }: Place) => {
    let place = start;
    while (isIn(place) && grid.at(place) === undefined) {
      place = { row: place.row + row, column: place.column + column };
    }
    return isIn(place) ? place : null;
  };
  if (key === 'Home') return along({ row: from.row, column: 0 }, { row: 0, column: 1 });
  if (key === 'End') {
    return along({ row: from.row, column: grid.columns.length - 1 }, { row: 0, column: -1 });
  }
  const step = steps[key];
  if (step === undefined) return null;
  return along({ row: from.row + step.row, column: from.column + step.column }, step);
}
