/** Two regions: how their agents reach each other, as the mesh monitors found it. Pure. */

import type { Headline } from '../../../contract/basics.ts';
import type { MonitorState, RegionMatrix } from '../../../contract/fleet/monitor.ts';
import type { Grid, Place } from '../panels/grid-keys.ts';

export type RegionCell = RegionMatrix['cells'][number];

/** All that is known of one direction between two regions. */
export interface RegionPair {
  readonly from: string;
  readonly to: string;
  /** One for each monitor and path. */
  readonly cells: readonly RegionCell[];
}

export const pairWays = ['direct', 'relay', 'fails', 'unknown'] as const;
export type PairWay = (typeof pairWays)[number];

export const pairTones: Readonly<Record<PairWay, Headline['status']>> = {
  direct: 'good',
  relay: 'limited',
  fails: 'bad',
  unknown: 'unknown',
};

/** Undefined: nobody tried that direction. */
export function pairOf({ cells }: RegionMatrix, from = '', to = ''): RegionPair | undefined {
  const tried = cells.filter((cell) => cell.region === from && cell.peer === to);
  return tried.length === 0 ? undefined : { from, to, cells: tried };
}

/** Rows and columns are the regions in the same order; there is nothing at a region and itself. */
export function regionGrid(matrix: RegionMatrix): Grid<RegionPair> {
  const { regions } = matrix;
  const at = ({ row, column }: Place) => pairOf(matrix, regions[row], regions[column]);
  return { rows: regions, columns: regions, at };
}

export interface PairVerdict {
  readonly way: PairWay;
  /** The cell that decides. */
  readonly by: RegionCell | undefined;
}

/** Direct wins over relayed; failed is only who fails every way that has fresh results. */
export function pairVerdict({ cells }: RegionPair): PairVerdict {
  const working = (path: RegionCell['path']) =>
    newest(cells.filter((cell) => cell.path === path && works(cell.state)));
  const direct = working('mesh');
  if (direct !== undefined) return { way: 'direct', by: direct };
  const relayed = working('relay');
  if (relayed !== undefined) return { way: 'relay', by: relayed };
  const failed = newest(cells.filter(({ state }) => state === 'down'));
  return failed === undefined ? { way: 'unknown', by: newest(cells) } : { way: 'fails', by: failed };
}

function works(state: MonitorState): boolean {
  return state === 'up' || state === 'degraded';
}

function newest(cells: readonly RegionCell[]): RegionCell | undefined {
  const atMs = ({ lastAt }: RegionCell) => (lastAt === null ? 0 : Date.parse(lastAt));
  return cells.toSorted((a, b) => atMs(b) - atMs(a))[0];
}
