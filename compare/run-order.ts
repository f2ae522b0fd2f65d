/** The runs of a plan. Within each repeat the paths take turns by lot, so that no path always has the warm machine. */
import type { ComparePath } from '../contract/compare-path.ts';
import type { ComparePlan } from '../contract/comparison.ts';

export interface PlannedRun {
  readonly path: ComparePath;
  readonly repeat: number;
}

/** @param random from 0 to below 1 */
export function runOrder(
  { paths, repeats }: Pick<ComparePlan, 'paths' | 'repeats'>,
  random: () => number,
): PlannedRun[] {
  return Array.from({ length: repeats }, (_, index) =>
    shuffled(paths, random).map((path) => ({ path, repeat: index + 1 })),
  ).flat();
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const left = [...values];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}
