import type { Cell } from './cell.ts';
import { natCells } from './nat-cells.ts';
import { faultCells } from './server-cells.ts';

/** The whole matrix, in the order of the report. */
export const cells: readonly Cell[] = [...natCells, ...faultCells];
