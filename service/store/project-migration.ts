/** Projects as their release made them. Never edit: append a migration. */
import { type Kysely, sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { Tables } from './tables.ts';

/** What was there before belongs to the project that is always there. */
export async function projects(db: Kysely<Tables>, { text }: Engine): Promise<void> {
  await db.schema
    .createTable('projects')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('created_at', text, (c) => c.notNull())
    .addColumn('archived_at', text)
    .addColumn('quotas', text, (c) => c.notNull())
    .execute();
  await db
    .insertInto('projects')
    .values({
      id: 'default',
      name: 'Default',
      created_at: new Date().toISOString(),
      archived_at: null,
      quotas: '{}',
    })
    .execute();
  for (const table of ['runs', 'links', 'servers', 'monitors'] as const) {
    await db.schema
      .alterTable(table)
      .addColumn('project', text, (c) => c.notNull().defaultTo('default'))
      .execute();
  }
  await db.schema.createIndex('runs_project_at').on('runs').columns(['project', 'at']).execute();
  await db.schema.createIndex('runs_project_stored').on('runs').columns(['project', 'stored_at']).execute();
  // The project stands last in the key: who reads all of them reads as before. SQLite cannot change a key in place.
  await db.schema
    .createTable('visit_counts_of_projects')
    .addColumn('detail', text, (c) => c.notNull())
    .addColumn('size', text, (c) => c.notNull())
    .addColumn('bucket', text, (c) => c.notNull())
    .addColumn('shape', text, (c) => c.notNull())
    .addColumn('slot', 'integer', (c) => c.notNull())
    .addColumn('visits', 'integer', (c) => c.notNull())
    .addColumn('project', text, (c) => c.notNull().defaultTo('default'))
    .addPrimaryKeyConstraint('visit_counts_by_project', [
      ...(['detail', 'size', 'bucket', 'shape', 'slot', 'project'] as const),
    ])
    .execute();
  await sql`insert into visit_counts_of_projects (detail, size, bucket, shape, slot, visits)
    select detail, size, bucket, shape, slot, visits from visit_counts`.execute(db);
  await db.schema.dropTable('visit_counts').execute();
  await db.schema.alterTable('visit_counts_of_projects').renameTo('visit_counts').execute();
}
