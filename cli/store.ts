/** `polynya store`: what is done with what a service keeps. */
import { Command } from 'commander';
import { backupCommand, restoreCommand } from './store-backup.ts';

export function storeCommand(): Command {
  return new Command('store')
    .description('Back up what a service keeps, and put it back.')
    .addCommand(backupCommand())
    .addCommand(restoreCommand());
}
