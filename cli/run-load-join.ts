import { loadReportSchema } from '../contract/load-report.ts';
import { joinParts } from '../turn/load/join-parts.ts';
import { CommandError } from './command-error.ts';
import type { ExitCode } from './exit-code.ts';
import { type LoadOutput, loadExitCode, printLoad } from './load-output.ts';
import { readJson } from './read-report.ts';

/** @throws CommandError for reports that do not belong together */
export function joinLoads(files: readonly string[], flags: LoadOutput): ExitCode {
  const reports = files.map((file) => {
    const parsed = loadReportSchema.safeParse(readJson(file));
    if (parsed.success) return parsed.data;
    throw new CommandError(
      `${file} is no load-report.`,
      'Make one with: polynya turn load … --part 1/2 --out FILE',
    );
  });
  const joined = joinParts(reports);
  if (!joined.ok) {
    throw new CommandError(
      `These reports do not make one load: ${joined.problem}.`,
      'Every part takes the same profile, server and --start-at, and its own --part.',
    );
  }
  printLoad(joined.report, flags);
  return loadExitCode(joined.report, undefined);
}
