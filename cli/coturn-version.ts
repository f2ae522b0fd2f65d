/** Which coturn a file is judged or written for. */
import type { LintReportBody } from '../contract/lint-report.ts';
import { installedVersion } from '../turn/io/lint-environment.ts';
import { type CoturnVersion, newestKnown, parseVersion } from '../turn/lint/version.ts';
import { CommandError } from './command-error.ts';

export interface ChosenVersion {
  readonly version: CoturnVersion;
  readonly source: LintReportBody['coturn']['source'];
}

/** The given one, else the installed one, else the newest known. */
export async function coturnVersion(given: string | undefined): Promise<ChosenVersion> {
  if (given !== undefined) {
    const version = parseVersion(given);
    if (version === null) throw new CommandError(`${given} is not a version of coturn, such as 4.6.1.`);
    return { version, source: 'given' };
  }
  const installed = await installedVersion();
  if (installed !== null) return { version: installed, source: 'installed' };
  const newest = parseVersion(newestKnown);
  if (newest === null) throw new TypeError(`not a version: ${newestKnown}`);
  return { version: newest, source: 'newest-known' };
}
