import type { LabReport } from '../../contract/lab-report.ts';
import { buildCell } from './build-cell.ts';
import { buildLabReport } from './build-report.ts';
import type { CompiledScenario } from './compile.ts';
import { expectationOf, simulateAll } from './expectation.ts';

/**
 * Every cell of a scenario in the simulator. What the file does not expect is expected of the simulator by itself, so
 * only the expectations of the file can fail.
 * @param elapsedMs tells the time since the start of the run
 */
export function runSimulated(
  compiled: CompiledScenario,
  { at, why, elapsedMs }: { at: Date; why: string | null; elapsedMs: () => number },
): LabReport {
  const cells = compiled.cells.map((cell) => {
    const tries = simulateAll(compiled, cell);
    return buildCell(cell, expectationOf(compiled, cell, tries), tries);
  });
  const notices = [
    'Simulated: NATs in memory, a virtual clock, and ICE reduced to its connectivity checks; the rung ends at S2.',
    ...(compiled.call === null
      ? []
      : ['The call and its timeline were not run: in the simulator an attempt ends where it connects.']),
    ...(compiled.ends.every(({ agent }) => 'kind' in agent && agent.kind === 'polynya')
      ? []
      : ['The agents of the scenario were not run.']),
  ];
  const cellsMs = elapsedMs();
  return buildLabReport(compiled, {
    at,
    runner: 'simulator',
    whySimulated: why,
    agent: 'simulated ICE agent',
    server: 'simulated',
    timing: { buildMs: 0, verifyMs: 0, cellsMs, totalMs: cellsMs },
    notices,
    cells,
    measured: new Map(),
  });
}
