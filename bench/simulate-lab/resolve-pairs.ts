/** How each drawn pair connects: paths in the order of the population, the next one only for those that are left. */
import type { LabCell } from '../../contract/lab-report.ts';
import type { PopulationPath } from '../../contract/population.ts';
import type { Scenario } from '../../contract/scenario.ts';
import type { LinkOutcome } from '../../contract/simulation-report.ts';
import type { Kind } from '../../simulate/kinds.ts';
import { type Ends, labScenario } from './lab-sites.ts';

/** Cells in the order of the scenario's pairs. */
export type RunLab = (scenario: Scenario) => Promise<readonly LabCell[]>;

export interface Resolved {
  /** null: the harness spoiled every try of some path. */
  readonly outcome: LinkOutcome | null;
  /** Attempts of all paths that the harness spoiled. */
  readonly faults: number;
}

export async function resolvePairs(
  kinds: readonly Kind[],
  ends: readonly Ends[],
  paths: readonly PopulationPath[],
  run: RunLab,
): Promise<Resolved[]> {
  const outcomes = ends.map((): LinkOutcome | null => 'none');
  const faults = ends.map(() => 0);
  let open = ends.map((_, index) => index);
  for (const path of paths) {
    if (open.length === 0) break;
    const cells = await run(
      labScenario(
        kinds,
        ends.filter((_, index) => open.includes(index)),
        path,
      ),
    );
    const stillOpen: number[] = [];
    for (const [place, index] of open.entries()) {
      const cell = cells[place];
      if (cell === undefined) throw new Error(`pair ${index} was not tried over ${path}`);
      faults[index] = (faults[index] ?? 0) + cell.faults;
      if (cell.attempts === 0) outcomes[index] = null;
      else if (cell.succeeded > 0) outcomes[index] = path;
      else stillOpen.push(index);
    }
    open = stillOpen;
  }
  return outcomes.map((outcome, index) => ({ outcome, faults: faults[index] ?? 0 }));
}
