import type { Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

export interface Notice {
  readonly id: string;
  readonly monitor: string;
  /** What is sent, JSON. */
  readonly body: string;
  readonly createdAt: string;
  /** Times that it was sent, the present one included. */
  readonly tries: number;
}

export function noticeQueries(db: Kysely<Tables>) {
  return {
    add: async ({ id, monitor, body, createdAt }: Omit<Notice, 'tries'>): Promise<void> => {
      await db
        .insertInto('notices')
        .values({ id, monitor_id: monitor, body, created_at: createdAt, tries: 0, due_at: createdAt })
        .execute();
    },

    /** The one that waits longest; it is the caller’s until `until`. Null: none is due. */
    take: async (now: Date, until: Date): Promise<Notice | null> => {
      const due = await db
        .selectFrom('notices')
        .select(['id', 'due_at'])
        .where('due_at', '<=', now.toISOString())
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
      if (due === undefined) return null;
      const row = await db
        .updateTable('notices')
        .set((eb) => ({ due_at: until.toISOString(), tries: eb('tries', '+', 1) }))
        .where('id', '=', due.id)
        .where('due_at', '=', due.due_at)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return null;
      const { id, monitor_id: monitor, body, created_at: createdAt, tries } = row;
      return { id, monitor, body, createdAt, tries };
    },

    retry: async (id: string, at: Date): Promise<void> => {
      await db.updateTable('notices').set({ due_at: at.toISOString() }).where('id', '=', id).execute();
    },

    /** Delivered, or given up. */
    drop: async (id: string): Promise<void> => {
      await db.deleteFrom('notices').where('id', '=', id).execute();
    },
  };
}
