import type { KeyView } from '../contract/access/keys.ts';
import type { Role } from '../contract/access.ts';
import { callService } from './service-client.ts';
import { adminLogin, type ServiceFlags } from './service-options.ts';
import { printJson, utcMinute } from './service-output.ts';
import { renderTable } from './table.ts';

export interface CreateKeyFlags extends ServiceFlags {
  readonly role: Role;
  readonly days: number;
  /** False: --no-expiry. */
  readonly expiry: boolean;
}

export async function createKey(name: string, flags: CreateKeyFlags): Promise<void> {
  const { service, role, days, expiry } = flags;
  const body = { name, role, lifetimeDays: expiry ? days : null };
  const made = await callService(service, 'createKey', { body, ...adminLogin() });
  // The key alone, so that a script can put it into a file.
  if (flags.json) printJson(made);
  else process.stdout.write(`${made.secret}\n`);
}

export async function listKeys(flags: ServiceFlags): Promise<void> {
  const { keys } = await callService(flags.service, 'listKeys', adminLogin());
  if (flags.json) printJson({ keys });
  else process.stdout.write(keys.length === 0 ? 'no keys\n' : `${keyTable(keys)}\n`);
}

export async function withdrawKey(id: string, flags: ServiceFlags): Promise<void> {
  const key = await callService(flags.service, 'withdrawKey', { id, ...adminLogin() });
  if (flags.json) printJson({ key });
  else process.stdout.write(`${key.name}: ${key.state}\n`);
}

function keyTable(keys: readonly KeyView[]): string {
  const when = (iso: string | null) => (iso === null ? 'never' : utcMinute(iso));
  return renderTable({
    head: ['id', 'state', 'role', 'expires', 'last used', 'for'],
    rows: keys.map(({ id, state, role, expiresAt, lastUsedAt, name }) => [
      id,
      state,
      role,
      when(expiresAt),
      when(lastUsedAt),
      name,
    ]),
  });
}
