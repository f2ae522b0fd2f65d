/** Where a load-report goes, and how the command ends with it. */
import type { LoadReport } from '../contract/load-report.ts';
import { isComplete } from '../turn/load/part.ts';
import { columns } from './columns.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { painter } from './style.ts';
import { loadReportText } from './turn-load-text.ts';
import { writeFile } from './write-file.ts';

export interface LoadOutput {
  readonly json?: boolean;
  readonly out?: string;
}

export function printLoad(report: LoadReport, { json: asJson, out }: LoadOutput): void {
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (out !== undefined) writeFile(out, json);
  process.stdout.write(asJson ? json : loadReportText(report, columns(), painter(process.stdout)));
}

/** @param atLeast what has to be carried */
export function loadExitCode({ body }: LoadReport, atLeast: number | undefined): ExitCode {
  const { verdict, failure, part, runs, profile } = body;
  if (failure?.code === 'harness-fault') return exitCode.couldNotRun;
  if (part !== undefined && failure === null) {
    // Whether it suffices is decided when the parts are joined.
    return isComplete(runs, profile) ? exitCode.ok : exitCode.fellShort;
  }
  const isKnown = verdict.kind === 'capacity' || verdict.kind === 'at-least';
  const hasFallen = body.comparison?.change === 'less';
  const suffices = atLeast === undefined || (verdict.carried ?? 0) >= atLeast;
  return isKnown && suffices && !hasFallen ? exitCode.ok : exitCode.fellShort;
}
