/** Looks for lines that have no colour of their own, such as those of regions. */
import { paths } from '../../../contract/basics.ts';
import type { InkName } from './ink-name.ts';

export interface LineLook {
  readonly color: InkName;
  /** Pixels. */
  readonly dash: readonly number[];
}

const colors: readonly InkName[] = [...paths, 'unknown'];
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4]];

/** Of the n-th line (from 0). The first 25 differ, each five of them in colour and in dash. */
export function lineLookOf(index: number): LineLook {
  const shift = Math.floor(index / colors.length);
  return {
    color: colors[index % colors.length] ?? 'unknown',
    dash: dashes[(index + shift) % dashes.length] ?? [],
  };
}
