/** What sign-in, API keys and the audit log need of a database. */
import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';
import { auditQueries } from './audit-queries.ts';
import { keyQueries } from './key-queries.ts';
import { sessionQueries } from './session-queries.ts';

export function accessOver(db: Kysely<Tables>) {
  return { sessions: sessionQueries(db), keys: keyQueries(db), audit: auditQueries(db) };
}
export type AccessStore = ReturnType<typeof accessOver>;
export type SessionStore = AccessStore['sessions'];
export type KeyStore = AccessStore['keys'];
export type AuditStore = AccessStore['audit'];

const dayMs = 86_400_000;

/** Sessions go at their end; entries of the audit log, and keys that are good no more, after so many days. */
export async function expireAccess(
  { sessions, keys, audit }: AccessStore,
  now: Date,
  auditDays: number | null,
): Promise<void> {
  await sessions.expire(now);
  if (auditDays === null) return;
  const before = new Date(now.getTime() - auditDays * dayMs);
  await keys.expire(before);
  await audit.expire(before);
}
