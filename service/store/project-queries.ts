import type { Kysely, Selectable } from 'kysely';
import { type ProjectView, type Quotas, quotasSchema } from '../../contract/projects.ts';
import type { ProjectsTable, Tables } from './tables.ts';

export type StoredProject = Omit<ProjectView, 'used'>;

export function projectQueries(db: Kysely<Tables>) {
  return {
    /** In the order in which they were made. */
    list: async (): Promise<StoredProject[]> => {
      const rows = await db.selectFrom('projects').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(projectOf);
    },

    find: async (id: string): Promise<StoredProject | null> => {
      const row = await db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : projectOf(row);
    },

    /** A new one, or its new shape. */
    save: async ({ id, name, createdAt, archivedAt, quotas }: StoredProject): Promise<void> => {
      const values = { name, archived_at: archivedAt, quotas: JSON.stringify(quotas) };
      await db
        .insertInto('projects')
        .values({ id, created_at: createdAt, ...values })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute();
    },

    /** What its quotas count. */
    used: async (id: string, now: Date): Promise<ProjectView['used']> => {
      const today = `${now.toISOString().slice(0, 'YYYY-MM-DD'.length)}T`;
      const [reports, links, monitors] = await Promise.all([
        db
          .selectFrom('runs')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .where('project', '=', id)
          .where('stored_at', '>=', today)
          .executeTakeFirstOrThrow(),
        db
          .selectFrom('links')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .where('project', '=', id)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', now.toISOString())
          .executeTakeFirstOrThrow(),
        db
          .selectFrom('monitors')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .where('project', '=', id)
          .executeTakeFirstOrThrow(),
      ]);
      return { reportsToday: Number(reports.n), links: Number(links.n), monitors: Number(monitors.n) };
    },
  };
}
export type ProjectStore = ReturnType<typeof projectQueries>;

function projectOf(row: Selectable<ProjectsTable>): StoredProject {
  const quotas: Quotas = quotasSchema.parse(JSON.parse(row.quotas));
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    archivedAt: row.archived_at,
    quotas,
  };
}
