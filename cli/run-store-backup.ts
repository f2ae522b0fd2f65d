/** `polynya store backup` and `restore`. */
import { type BackupFacts, backUp, prune, restore } from '../service/backup.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';

export function runBackup(store: string, folder: string, keep: number | null): void {
  const facts = tried(() => backUp(store, folder, new Date()));
  const deleted = keep === null ? [] : tried(() => prune(folder, keep));
  const also = deleted.length === 0 ? '' : `; deleted ${deleted.join(', ')}`;
  process.stdout.write(`${told(facts)}${also}\n`);
}

export function runRestore(backup: string, store: string): void {
  const { before, ...facts } = tried(() => restore(backup, store));
  const also = before === null ? '' : `; what was there is now ${before}`;
  process.stdout.write(`${told(facts)}${also}\n`);
}

function told({ file, runs, schema }: BackupFacts): string {
  return `${file}: ${runs} reports, schema version ${schema}, checked`;
}

/** Disks are full, folders are missing, files belong to others: all of it is for the operator to mend. */
function tried<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new CommandError(
      error instanceof Error ? error.message : String(error),
      null,
      exitCode.couldNotRun,
    );
  }
}
