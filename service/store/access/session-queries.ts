import type { Kysely, Selectable } from 'kysely';
import type { Principal } from '../../../contract/access.ts';
import type { Tables } from '../tables.ts';
import type { SessionsTable } from './access-tables.ts';
import { projectsOf } from './projects-column.ts';

export interface StoredSession {
  readonly id: string;
  readonly principal: Principal;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export function sessionQueries(db: Kysely<Tables>) {
  return {
    add: async ({ id, principal, createdAt, expiresAt }: StoredSession, hash: string): Promise<void> => {
      const { kind, id: principalId, name, role, projects } = principal;
      await db
        .insertInto('sessions')
        .values({
          ...{ id, hash, kind, principal_id: principalId, name, role },
          projects: JSON.stringify(projects),
          created_at: createdAt,
          expires_at: expiresAt,
        })
        .execute();
    },

    /** Also one that has expired. */
    find: async (hashes: readonly string[]): Promise<StoredSession | null> => {
      const query = db.selectFrom('sessions').selectAll().where('hash', 'in', hashes);
      const row = await query.executeTakeFirst();
      return row === undefined ? null : sessionOf(row);
    },

    /** Newest first. */
    list: async (now: Date): Promise<StoredSession[]> => {
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('expires_at', '>', now.toISOString())
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(sessionOf);
    },

    /** False: there was none. */
    remove: async (id: string): Promise<boolean> => {
      const { numDeletedRows } = await db.deleteFrom('sessions').where('id', '=', id).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    expire: async (now: Date): Promise<void> => {
      await db.deleteFrom('sessions').where('expires_at', '<=', now.toISOString()).execute();
    },
  };
}

function sessionOf(row: Selectable<SessionsTable>): StoredSession {
  const { id, kind, principal_id: principalId, name, role } = row;
  return {
    id,
    principal: { kind, id: principalId, name, role, projects: projectsOf(row.projects) },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
