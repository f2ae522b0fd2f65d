import type { LabAttempt, LabReport } from '../../contract/lab-report.ts';
import { buildCell } from './build-cell.ts';
import { buildLabReport } from './build-report.ts';
import { callObstacle } from './call-obstacle.ts';
import type { Cell, CompiledScenario } from './compile.ts';
import { expectationOf, simulateAll } from './expectation.ts';
import { proxyNotices } from './proxy-notices.ts';
import { simulateCall } from './simulate-call.ts';

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
    const tries = simulateAll(compiled, cell).map((attempt, index) =>
      withCall(compiled, cell, attempt, index),
    );
    return buildCell(cell, expectationOf(compiled, cell, tries), tries);
  });
  const notices = [
    'Simulated: NATs in memory, a virtual clock, and ICE reduced to its connectivity checks; the rung ends at S2.',
    ...(compiled.sites.some(({ spec: { line } }) => (line?.upKbit ?? line?.downKbit ?? null) !== null)
      ? ['Rates of lines were not simulated: connectivity checks are too small to be slowed down.']
      : []),
    ...(compiled.scenario.server.faults === undefined
      ? []
      : ['The faults of the server were not simulated.']),
    ...proxyNotices(compiled),
    ...callNotices(compiled),
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

function withCall(compiled: CompiledScenario, cell: Cell, attempt: LabAttempt, index: number): LabAttempt {
  const { call, scenario } = compiled;
  if (call === null || attempt.outcome !== 'connected' || callObstacle(call, cell, compiled.sites) !== null)
    return attempt;
  const held = simulateCall(compiled, call, cell, scenario.seed + index);
  return held === null ? attempt : { ...attempt, call: held };
}

function callNotices({ call, cells, sites }: CompiledScenario): string[] {
  if (call === null) return [];
  const obstacles = new Set(cells.flatMap((cell) => callObstacle(call, cell, sites) ?? []));
  return [
    'Calls were simulated: messages without SCTP, new connections without DTLS, and ICE that notices no outage by itself, as libjuice in its first 30 s. A real call is back later than a simulated one.',
    ...[...obstacles].map((why) => `Calls that were not run: ${why}`),
  ];
}
