import type { LabCell, LabReport, LabReportBody } from '../../contract/lab-report.ts';
import { currentVersion, toolName, toolVersion } from '../../contract/release.ts';
import type { CompiledScenario } from './compile.ts';

export interface LabRunFacts
  extends Pick<LabReportBody, 'runner' | 'whySimulated' | 'agent' | 'server' | 'timing' | 'notices'> {
  readonly at: Date;
  readonly cells: readonly LabCell[];
  /** By the name of the site; absent: not asked. */
  readonly measured: ReadonlyMap<string, LabReportBody['sites'][number]['measured']>;
}

export function buildLabReport({ scenario, sites }: CompiledScenario, facts: LabRunFacts): LabReport {
  const { at, cells, measured, ...rest } = facts;
  const sum = (of: (cell: LabCell) => number) => cells.reduce((total, cell) => total + of(cell), 0);
  const body: LabReportBody = {
    scenario: { name: scenario.name, about: scenario.about },
    ...rest,
    notices: [...rest.notices],
    sites: sites.map(({ name, labels }) => ({
      name,
      boxes: [...labels],
      measured: measured.get(name) ?? null,
    })),
    cells: [...cells],
    counts: {
      cells: cells.length,
      asExpected: sum(({ asExpected }) => Number(asExpected === true)),
      unexpected: sum(({ asExpected }) => Number(asExpected === false)),
      undecided: sum(({ asExpected }) => Number(asExpected === null)),
      attempts: sum(({ attempts }) => attempts),
      faults: sum(({ faults }) => faults),
    },
  };
  return {
    kind: 'lab-report',
    version: currentVersion,
    tool: { name: toolName, version: toolVersion },
    at: at.toISOString(),
    body,
  };
}
