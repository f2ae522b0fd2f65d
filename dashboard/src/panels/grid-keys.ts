/** How the arrow keys walk over a matrix. Pure. */

/** Rows and columns by name, and what lies where they cross. */
export interface Grid<Cell> {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `undefined`: there is nothing at this place. */
  readonly at: (place: Place) => Cell | undefined;
}

/** Indices into `rows` and `columns`. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Rows and columns in the order in which the cells name them. */
export function gridOf<Cell extends { readonly from: string; readonly to: string }>(
  cells: readonly Cell[],
): Grid<Cell> {
  const rows = [...new Set(cells.map(({ from }) => from))];
  const columns = [...new Set(cells.map(({ to }) => to))];
  const found = new Map(cells.map((cell) => [JSON.stringify([cell.from, cell.to]), cell]));
  return { rows, columns, at: ({ row, column }) => found.get(JSON.stringify([rows[row], columns[column]])) };
}

/** The first cell there is: where the Tab key enters the grid. */
export function firstPlace({ rows, columns, at }: Grid<unknown>): Place {
  for (const row of rows.keys()) {
    const column = columns.findIndex((_, index) => at({ row, column: index }) !== undefined);
    if (column >= 0) return { row, column };
  }
  return { row: 0, column: 0 };
}

const steps: Readonly<Record<string, Place>> = {
  ArrowUp: { row: -1, column: 0 },
  ArrowDown: { row: 1, column: 0 },
  ArrowLeft: { row: 0, column: -1 },
  ArrowRight: { row: 0, column: 1 },
};

/** Where a key leads to from a cell, over places without one; null: nowhere, or it is no key of the grid. */
export function nextPlace(grid: Grid<unknown>, from: Place, key: string): Place | null {
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
