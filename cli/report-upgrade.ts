/** `polynya report upgrade FILE`: rewrites a report of an older version as one of the current version. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { upgradeReport } from '../contract/upgrade.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import { readJson, readReport } from './read-report.ts';

export function upgradeCommand(): Command {
  return new Command('upgrade')
    .description('Rewrite a report of an older version as one of the current version.')
    .argument('<file>', 'report as JSON; replaced only when it is older')
    .action(async (file: string) => {
      const upgraded = upgradeReport(readJson(file));
      // The whole report is read before anything is replaced.
      const report = await readReport(file);
      if (!upgraded.ok || upgraded.from === upgraded.to) {
        process.stdout.write(`${file}: already current (${report.kind} version ${report.version})\n`);
        return;
      }
      replace(file, `${JSON.stringify(upgraded.report, null, 2)}\n`);
      process.stdout.write(`${file}: version ${upgraded.from} → ${upgraded.to}\n`);
    });
}

/** Written beside the file and moved over it, so that a full disk costs nothing. */
function replace(file: string, text: string): void {
  const fresh = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(fresh, text, { flag: 'wx' });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    const cause = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${file} cannot be written: ${cause}`, null, exitCode.couldNotRun);
  }
}
