import type { LabAttempt } from '../../contract/lab-report.ts';
import type { ExpectedOutcome } from '../../contract/scenario.ts';
import type { Cell, CompiledScenario } from './compile.ts';
import { simulateCell } from './simulate.ts';

export interface Expectation {
  readonly outcome: ExpectedOutcome;
  readonly by: 'file' | 'simulator';
  readonly because: string | null;
}

/** Runs of the simulator where chance plays a part. */
const chanceRuns = 12;

/**
 * What the file says of a cell; where it says nothing, what the simulator makes of it.
 * @param simulated runs of the simulator; made here where the caller has none
 */
export function expectationOf(
  compiled: CompiledScenario,
  cell: Cell,
  simulated?: readonly LabAttempt[],
): Expectation {
  if (cell.expected !== null) return { ...cell.expected, by: 'file' };
  const outcomes = new Set((simulated ?? simulateAll(compiled, cell)).map(({ outcome }) => outcome));
  const outcome = outcomes.size > 1 ? 'either' : outcomes.has('connected') ? 'connected' : 'failed';
  return { outcome, by: 'simulator', because: outcome === 'either' ? 'left to chance' : null };
}

/** One run, or several with other seeds where loss or an arbitrary pool decides. */
export function simulateAll(compiled: CompiledScenario, cell: Cell): LabAttempt[] {
  const { seed } = compiled.scenario;
  const runs = isChance(compiled, cell) ? chanceRuns : 1;
  return Array.from({ length: runs }, (_, index) => simulateCell(compiled, cell, seed + index));
}

function isChance({ scenario, sites }: CompiledScenario, { from, to }: Cell): boolean {
  if (scenario.lossRate > 0) return true;
  return [from, to].some((end) => {
    const spec = sites[end.site]?.spec;
    const lost = spec?.loss !== undefined && spec.loss.up + spec.loss.down > 0;
    const pooled = spec?.boxes.some(({ nat }) => (nat?.poolSize ?? 1) > 1 && nat?.pairing === 'arbitrary');
    return lost || pooled === true;
  });
}
