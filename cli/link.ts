/** `polynya link`: links to the Check page of a running service. */
import { Command, InvalidArgumentError } from 'commander';
import type { CreateFlags, LinkFlags } from './run-link.ts';

const notes = `
The admin token, where the service has one, is taken from POLYNYA_ADMIN_TOKEN.

Exit codes: 0 done · 1 the service refused · 2 wrong usage · 3 the service does not answer`;

export function linkCommand(): Command {
  const create = withService(new Command('create'))
    .description('Make a link for a visitor, and print its address; it is told this once.')
    .argument('<label>', 'for whom or what, for your own lists')
    .option('--hours <n>', 'how long it is good for, 1 to 2160', wholeHours, 72)
    .option('--servers <ids>', 'ids of the servers to try, with commas between (else all that are enabled)')
    .option('--consent <text>', 'what the visitor agrees to before anything is sent')
    .option('--contact <text>', 'whom the visitor may ask')
    .action(async (label: string, flags: CreateFlags) => {
      const { createLink } = await import('./run-link.ts');
      await createLink(label, flags);
    });
  const list = withService(new Command('list'))
    .description('List the links of a service, newest first.')
    .action(async (flags: LinkFlags) => {
      const { listLinks } = await import('./run-link.ts');
      await listLinks(flags);
    });
  const revoke = withService(new Command('revoke'))
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

function withService(command: Command): Command {
  return command
    .option('--service <url>', 'the service', serviceUrl, new URL('http://127.0.0.1:7478'))
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', notes);
}

function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError('Write e.g. http://127.0.0.1:7478.');
}

function wholeHours(text: string): number {
  const hours = Number(text);
  if (Number.isInteger(hours) && hours >= 1 && hours <= 2160) return hours;
  throw new InvalidArgumentError('A whole number from 1 to 2160.');
}
