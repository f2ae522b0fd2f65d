/** `polynya store`: what is done with what a service keeps. */
import { Command } from 'commander';
import { backupCommand, restoreCommand } from './store-backup.ts';
import { copyCommand } from './store-copy.ts';

export function storeCommand(): Command {
  return new Command('store')
    .description('Back up what a service keeps, put it back, move it.')
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .addCommand(copyCommand());
}
