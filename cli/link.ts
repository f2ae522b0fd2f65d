/** `polynya link`: links to the Check page of a running service. */
import { Command } from 'commander';
import type { CreateFlags, LinkFlags } from './run-link.ts';
import { serviceOptions } from './service-options.ts';
import { wholeNumber } from './whole-number.ts';

export function linkCommand(): Command {
  const create = serviceOptions(new Command('create'))
    .description('Make a link for a visitor, and print its address; it is told this once.')
    .argument('<label>', 'for whom or what, for your own lists')
    .option('--hours <n>', 'how long it is good for, 1 to 2160', wholeNumber(1, 2160), 72)
    .option('--servers <ids>', 'ids of the servers to try, with commas between (else all that are enabled)')
    .option('--consent <text>', 'what the visitor agrees to before anything is sent')
    .option('--contact <text>', 'whom the visitor may ask')
    .action(async (label: string, flags: CreateFlags) => {
      const { createLink } = await import('./run-link.ts');
      await createLink(label, flags);
    });
  const list = serviceOptions(new Command('list'))
    .description('List the links of a service, newest first.')
    .action(async (flags: LinkFlags) => {
      const { listLinks } = await import('./run-link.ts');
      await listLinks(flags);
    });
  const revoke = serviceOptions(new Command('revoke'))
    .description('End a link at once; its reports stay.')
    .argument('<id>', 'as polynya link list prints it')
    .action(async (id: string, flags: LinkFlags) => {
      const { revokeLink } = await import('./run-link.ts');
      await revokeLink(id, flags);
    });
  return new Command('link')
    .description('Send somebody a link to the Check page of a service, and get the report by its code.')
    .addCommand(create)
    .addCommand(list)
    .addCommand(revoke);
}
