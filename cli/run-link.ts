import type { LinkView } from '../contract/links.ts';
import { callService } from './service-client.ts';
import { adminLogin, type ServiceFlags } from './service-options.ts';
import { printJson, utcMinute } from './service-output.ts';
import { renderTable } from './table.ts';

export type LinkFlags = ServiceFlags;

export interface CreateFlags extends LinkFlags {
  readonly hours: number;
  readonly servers?: string;
  readonly consent?: string;
  readonly contact?: string;
}

export async function createLink(label: string, flags: CreateFlags): Promise<void> {
  const { service, hours, servers, consent, contact } = flags;
  const body = {
    label,
    lifetimeHours: hours,
    servers: servers === undefined ? null : servers.split(','),
    consent: consent ?? null,
    contact: contact ?? null,
  };
  const { link, path } = await callService(service, 'createLink', { body, ...adminLogin() });
  const url = new URL(path, service).href;
  if (flags.json) printJson({ url, link });
  else process.stdout.write(`${url}\ngood until ${utcMinute(link.expiresAt)}, id ${link.id}\n`);
}

export async function listLinks(flags: LinkFlags): Promise<void> {
  const { links } = await callService(flags.service, 'listLinks', adminLogin());
  if (flags.json) printJson({ links });
  else process.stdout.write(links.length === 0 ? 'no links\n' : `${linkTable(links)}\n`);
}

export async function revokeLink(id: string, flags: LinkFlags): Promise<void> {
  const link = await callService(flags.service, 'revokeLink', { id, ...adminLogin() });
  if (flags.json) printJson({ link });
  else process.stdout.write(`${link.label}: ${link.state}\n`);
}

function linkTable(links: readonly LinkView[]): string {
  return renderTable({
    head: ['id', 'state', 'expires', 'reports', 'for'],
    rows: links.map(({ id, state, expiresAt, visits, label }) => [
      id,
      state,
      utcMinute(expiresAt),
      String(visits),
      label,
    ]),
    right: [3],
  });
}
