/** `polynya store copy`: from SQLite to PostgreSQL. */
import { Command } from 'commander';
import type { CopyFlags } from './run-store-copy.ts';

const notes = `
A copy that was interrupted goes on where it ended when it is run again. The password of PostgreSQL may also be given by
PGPASSWORD or ~/.pgpass. Stop the service first: what it stores later is not copied.

Exit codes: 0 copied · 2 wrong usage · 3 could not copy`;

export function copyCommand(): Command {
  return new Command('copy')
    .description('Copy a SQLite store to PostgreSQL, without loss.')
    .argument('<file>', 'the SQLite file; one of an older release is brought up to date first')
    .argument('<url>', 'postgres://USER@HOST/DATABASE, an empty database')
    .option('--replace', 'delete what the database holds, and begin anew')
    .addHelpText('after', notes)
    .action(async (file: string, url: string, flags: CopyFlags) => {
      const { copyToPostgres } = await import('./run-store-copy.ts');
      await copyToPostgres(file, url, flags);
    });
}
