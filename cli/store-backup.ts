/** `polynya store backup` and `restore`: copies of a SQLite store. */
import { Command, InvalidArgumentError } from 'commander';

export function backupCommand(): Command {
  return new Command('backup')
    .description('Copy the SQLite store of a service into a folder, while it runs.')
    .argument('<store>', 'its file')
    .requiredOption('--into <folder>', 'where to; the name is the time')
    .option('--keep <n>', 'delete older backups of the folder beyond so many', wholeNumber)
    .addHelpText('after', '\nExit codes: 0 done · 2 wrong usage · 3 could not be done')
    .action(async (store: string, { into, keep }: { into: string; keep?: number }) => {
      const { runBackup } = await import('./run-store-backup.ts');
      runBackup(store, into, keep ?? null);
    });
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Put a backup in place of the store of a stopped service; what was there stays beside it.')
    .argument('<backup>', 'a file that store backup made')
    .argument('<store>', 'the file that the service uses')
    .addHelpText('after', '\nExit codes: 0 done · 2 wrong usage · 3 could not be done')
    .action(async (backup: string, store: string) => {
      const { runRestore } = await import('./run-store-backup.ts');
      runRestore(backup, store);
    });
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('A whole number from 1.');
}
