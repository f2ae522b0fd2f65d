import type { Kysely, Selectable } from 'kysely';
import type { KeyView } from '../../../contract/access/keys.ts';
import type { Tables } from '../tables.ts';
import type { ApiKeysTable } from './access-tables.ts';
import { projectsOf } from './projects-column.ts';

/** A key without what follows from the present time. */
export type StoredKey = Omit<KeyView, 'state'>;

export function keyQueries(db: Kysely<Tables>) {
  return {
    add: async (key: StoredKey, hash: string): Promise<void> => {
      const { id, name, role, projects, createdBy } = key;
      await db
        .insertInto('api_keys')
        .values({
          ...{ id, hash, name, role },
          projects: JSON.stringify(projects),
          created_at: key.createdAt,
          maker_kind: createdBy.kind,
          maker_id: createdBy.id,
          maker_name: createdBy.name,
          expires_at: key.expiresAt,
          last_used_at: key.lastUsedAt,
          withdrawn_at: key.withdrawnAt,
        })
        .execute();
    },

    /** Also one that is good no more. */
    find: async (hash: string): Promise<StoredKey | null> => {
      const row = await db.selectFrom('api_keys').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row === undefined ? null : keyOf(row);
    },

    /** Newest first. */
    list: async (): Promise<StoredKey[]> => {
      const query = db.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id');
      return (await query.execute()).map(keyOf);
    },

    /** @param before what it says of its last use may be older than this, or it is written anew */
    used: async (id: string, now: Date, before: Date): Promise<void> => {
      await db
        .updateTable('api_keys')
        .set({ last_used_at: now.toISOString() })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', before.toISOString())]))
        .execute();
    },

    /** Null: there is none. The first time stays. */
    withdraw: async (id: string, now: Date): Promise<StoredKey | null> => {
      await db
        .updateTable('api_keys')
        .set({ withdrawn_at: now.toISOString() })
        .where('id', '=', id)
        .where('withdrawn_at', 'is', null)
        .execute();
      const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : keyOf(row);
    },

    /** Forgets those that were good no more at that time. */
    expire: async (before: Date): Promise<void> => {
      const time = before.toISOString();
      await db
        .deleteFrom('api_keys')
        .where((eb) => eb.or([eb('expires_at', '<', time), eb('withdrawn_at', '<', time)]))
        .execute();
    },
  };
}

function keyOf(row: Selectable<ApiKeysTable>): StoredKey {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    projects: projectsOf(row.projects),
    createdAt: row.created_at,
    createdBy: { kind: row.maker_kind, id: row.maker_id, name: row.maker_name },
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    withdrawnAt: row.withdrawn_at,
  };
}
