/** `polynya keys`: API keys of a running service. */
import { Command, Option } from 'commander';
import { roles } from '../contract/access.ts';
import type { CreateKeyFlags } from './run-keys.ts';
import { type ServiceFlags, serviceOptions } from './service-options.ts';
import { wholeNumber } from './whole-number.ts';

export function keysCommand(): Command {
  const create = serviceOptions(new Command('create'))
    .description('Make a key for a program, and print it; it is told this once.')
    .argument('<name>', 'for which program, for lists and the audit log')
    .addOption(new Option('--role <role>', 'what it may do').choices(roles).default('viewer'))
    .option('--days <n>', 'how long it is good for, 1 to 3650', wholeNumber(1, 3650), 90)
    .option('--no-expiry', 'it is good until it is withdrawn')
    .action(async (name: string, flags: CreateKeyFlags) => {
      const { createKey } = await import('./run-keys.ts');
      await createKey(name, flags);
    });
  const list = serviceOptions(new Command('list'))
    .description('List the keys of a service, newest first.')
    .action(async (flags: ServiceFlags) => {
      const { listKeys } = await import('./run-keys.ts');
      await listKeys(flags);
    });
  const withdraw = serviceOptions(new Command('withdraw'))
    .description('Withdraw a key at once.')
    .argument('<id>', 'as polynya keys list prints it')
    .action(async (id: string, flags: ServiceFlags) => {
      const { withdrawKey } = await import('./run-keys.ts');
      await withdrawKey(id, flags);
    });
  return new Command('keys')
    .description('Keys by which programs use a service, each with a role of its own.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(withdraw);
}
