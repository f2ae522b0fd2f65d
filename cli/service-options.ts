import { type Command, InvalidArgumentError } from 'commander';

const notes = `
The admin token, where the service has one, is taken from POLYNYA_ADMIN_TOKEN.

Exit codes: 0 done · 1 the service refused · 2 wrong usage · 3 the service does not answer`;

/** Of commands that ask a running service. */
export interface ServiceFlags {
  readonly service: URL;
  readonly json?: boolean;
}

export function serviceOptions(command: Command): Command {
  return command
    .option('--service <url>', 'the service', serviceUrl, new URL('http://127.0.0.1:7478'))
    .option('--json', 'print one JSON object and nothing else')
    .addHelpText('after', notes);
}

export function serviceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new InvalidArgumentError('Write e.g. http://127.0.0.1:7478.');
}

export function adminLogin(): { adminToken: string | null } {
  return { adminToken: process.env['POLYNYA_ADMIN_TOKEN'] ?? null };
}
