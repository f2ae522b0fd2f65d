/**
 * Numbered migrations. Each runs in one transaction together with its version number, so a process killed half-way
 * leaves either all of it or nothing. Never edit one that was released: append the next.
 */
import { type Kysely, sql } from 'kysely';
import { failure } from '../../contract/failures.ts';
import { ServiceStartError } from '../fault.ts';
import { sessionsKeysAudit } from './access/access-migration.ts';
import { backfillVisits } from './backfill-visits.ts';
import { countEarlierVisits } from './count-earlier-visits.ts';
import type { Engine } from './engine.ts';
import { agentsAndMonitors } from './fleet/fleet-migration.ts';
import type { Tables } from './tables.ts';

type Migration = (db: Kysely<Tables>, engine: Engine) => Promise<void>;

const migrations: readonly Migration[] = [
  async function reportsAndServers(db, { text, real }) {
    await db.schema
      .createTable('runs')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('at', text, (c) => c.notNull())
      .addColumn('stored_at', text, (c) => c.notNull())
      .addColumn('status', text, (c) => c.notNull())
      .addColumn('code', text, (c) => c.notNull())
      .addColumn('sentence', text, (c) => c.notNull())
      .addColumn('nat_mapping', text)
      .addColumn('nat_filtering', text)
      .addColumn('nat_legacy', text)
      .addColumn('source', text, (c) => c.notNull())
      .addColumn('duration_ms', real, (c) => c.notNull())
      .addColumn('digest', text, (c) => c.notNull().unique())
      .addColumn('report', text, (c) => c.notNull())
      .execute();
    await db.schema.createIndex('runs_at').on('runs').columns(['at', 'id']).execute();
    await db.schema
      .createTable('attempts')
      .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('counted_at', text, (c) => c.notNull())
      .addColumn('path', text, (c) => c.notNull())
      .addColumn('transport', text)
      .addColumn('rung', text, (c) => c.notNull())
      .addColumn('succeeded', 'integer', (c) => c.notNull())
      .addColumn('setup_ms', real)
      .addColumn('blame', text)
      .addPrimaryKeyConstraint('attempts_key', ['run_id', 'seq'])
      .execute();
    await db.schema.createIndex('attempts_counted').on('attempts').columns(['counted_at', 'path']).execute();
    await db.schema
      .createTable('servers')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('label', text, (c) => c.notNull())
      .addColumn('urls', text, (c) => c.notNull())
      .addColumn('username', text)
      .addColumn('auth', text, (c) => c.notNull())
      .addColumn('credential', text)
      .addColumn('enabled', 'integer', (c) => c.notNull())
      .addColumn('created_at', text, (c) => c.notNull())
      .execute();
    // No foreign key: servers of the configuration file and the embedded one have no row in `servers`.
    await db.schema
      .createTable('server_tests')
      .addColumn('server_id', text, (c) => c.primaryKey())
      .addColumn('at', text, (c) => c.notNull())
      .addColumn('results', text, (c) => c.notNull())
      .execute();
  },
  async function turnReports(db, { text }) {
    await db.schema.alterTable('runs').addColumn('turn', text).execute();
    await db.schema.alterTable('runs').addColumn('target', text).execute();
    await db.schema.createIndex('runs_target').on('runs').columns(['target', 'at']).execute();
  },
  async function linksAndCauses(db, { text }) {
    await db.schema
      .createTable('links')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('token_hash', text, (c) => c.notNull().unique())
      .addColumn('label', text, (c) => c.notNull())
      .addColumn('servers', text)
      .addColumn('consent', text)
      .addColumn('contact', text)
      .addColumn('created_at', text, (c) => c.notNull())
      .addColumn('expires_at', text, (c) => c.notNull())
      .addColumn('revoked_at', text)
      .execute();
    for (const column of ['visit_code', 'link_id', 'visitor']) {
      await db.schema.alterTable('runs').addColumn(column, text).execute();
    }
    // Nulls are distinct in a unique index (SQL:2023 F292, SQLite, PostgreSQL): most runs have no code.
    await db.schema.createIndex('runs_visit_code').on('runs').column('visit_code').unique().execute();
    await db.schema.createIndex('runs_link').on('runs').columns(['link_id', 'at']).execute();
    await db.schema.createIndex('runs_visitor').on('runs').columns(['visitor', 'at']).execute();
    // All that statistics need of a run: the rows themselves are fat with their reports.
    await db.schema
      .createIndex('runs_statistics')
      .on('runs')
      .columns(['id', 'kind', 'nat_legacy', 'link_id', 'at', 'stored_at'])
      .execute();
    await db.schema.alterTable('attempts').addColumn('cause', text).execute();
    await db.schema
      .createTable('server_results')
      .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('counted_at', text, (c) => c.notNull())
      .addColumn('url', text, (c) => c.notNull())
      .addColumn('transport', text, (c) => c.notNull())
      .addColumn('succeeded', 'integer', (c) => c.notNull())
      .addColumn('blame', text)
      .addColumn('cause', text)
      .addPrimaryKeyConstraint('server_results_key', ['run_id', 'seq'])
      .execute();
    await db.schema
      .createIndex('server_results_counted')
      .on('server_results')
      .columns(['counted_at', 'url'])
      .execute();
    await backfillVisits(db);
  },
  async function checkCauses(db, { text }) {
    await db.schema
      .createTable('run_causes')
      .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('counted_at', text, (c) => c.notNull())
      .addColumn('cause', text, (c) => c.notNull())
      .addPrimaryKeyConstraint('run_causes_key', ['run_id', 'cause'])
      .execute();
    await db.schema
      .createIndex('run_causes_counted')
      .on('run_causes')
      .columns(['counted_at', 'cause'])
      .execute();
  },
  async function visitHours(db, { text }) {
    await db.schema
      .alterTable('runs')
      .addColumn('counted_at', text, (c) => c.notNull().defaultTo(''))
      .execute();
    await sql`update runs set counted_at = case when at < stored_at then at else stored_at end`.execute(db);
    // Statistics ask for a time, joins for an id; neither needs to read the rows, fat with their reports.
    await db.schema.dropIndex('runs_statistics').execute();
    await db.schema
      .createIndex('runs_counted')
      .on('runs')
      .columns(['kind', 'counted_at', 'nat_legacy', 'link_id', 'id'])
      .execute();
    await db.schema
      .createIndex('runs_statistics')
      .on('runs')
      .columns(['id', 'kind', 'nat_legacy', 'link_id'])
      .execute();
    await db.schema.createIndex('server_results_url').on('server_results').column('url').execute();
    await db.schema
      .createTable('visit_hours')
      .addColumn('hour', text, (c) => c.notNull())
      .addColumn('filter', text, (c) => c.notNull())
      .addColumn('tally', text)
      .addPrimaryKeyConstraint('visit_hours_key', ['filter', 'hour'])
      .execute();
    await db.schema.createIndex('visit_hours_hour').on('visit_hours').column('hour').execute();
  },
  async function visitShapes(db, engine) {
    const { text } = engine;
    await db.schema.alterTable('runs').addColumn('shape', text).execute();
    await db.schema
      .createTable('visit_shapes')
      .addColumn('id', text, (c) => c.primaryKey())
      .addColumn('nat', text)
      .addColumn('outline', text)
      .execute();
    await db.schema
      .createTable('shape_outcomes')
      .addColumn('shape', text, (c) => c.notNull())
      .addColumn('seq', 'integer', (c) => c.notNull())
      .addColumn('subject', text, (c) => c.notNull())
      .addColumn('path', text)
      .addColumn('url', text)
      .addColumn('transport', text)
      .addColumn('succeeded', 'integer', (c) => c.notNull())
      .addColumn('blame', text)
      .addColumn('cause', text)
      .addColumn('times', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('shape_outcomes_key', ['shape', 'seq'])
      .execute();
    await db.schema
      .createTable('shape_findings')
      .addColumn('shape', text, (c) => c.notNull())
      .addColumn('cause', text, (c) => c.notNull())
      .addPrimaryKeyConstraint('shape_findings_key', ['shape', 'cause'])
      .execute();
    await db.schema
      .createTable('visit_counts')
      .addColumn('detail', text, (c) => c.notNull())
      .addColumn('size', text, (c) => c.notNull())
      .addColumn('bucket', text, (c) => c.notNull())
      .addColumn('shape', text, (c) => c.notNull())
      .addColumn('slot', 'integer', (c) => c.notNull())
      .addColumn('visits', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('visit_counts_key', ['detail', 'size', 'bucket', 'shape', 'slot'])
      .execute();
    await countEarlierVisits(db);
    // Statistics read details no more.
    await db.schema.dropTable('visit_hours').execute();
    const unused = ['runs_counted', 'runs_statistics', 'attempts_counted', 'server_results_counted'];
    for (const index of [...unused, 'server_results_url', 'run_causes_counted']) {
      await db.schema.dropIndex(index).execute();
    }
    await db.schema.createIndex('runs_counted').on('runs').columns(['counted_at', 'kind', 'shape']).execute();
    await engine.partitionDetails(db);
  },
  agentsAndMonitors,
  sessionsKeysAudit,
];

/** Version that this release writes. */
export const schemaVersion = migrations.length;

/**
 * Brings the database up to {@link schemaVersion}; several programs may do so at the same time. Throws
 * {@link ServiceStartError} when a newer release has written it.
 */
export async function migrate(db: Kysely<Tables>, engine: Engine): Promise<void> {
  for (let done = false; !done; ) done = await migrateOnce(db, engine);
}

/** True: it is up to date. */
async function migrateOnce(db: Kysely<Tables>, engine: Engine): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await engine.lockMigrations(trx);
    await sql`create table if not exists schema_version (version integer not null)`.execute(trx);
    const found = await sql<{ version: number }>`select version from schema_version`.execute(trx);
    const version = found.rows[0]?.version ?? 0;
    if (version > schemaVersion) {
      const versions = `schema version ${version}, this release reads up to ${schemaVersion}`;
      throw new ServiceStartError(failure('store-newer', versions));
    }
    const next = migrations[version];
    if (next === undefined) return true;
    await next(trx, engine);
    await sql`delete from schema_version`.execute(trx);
    await sql`insert into schema_version (version) values (${version + 1})`.execute(trx);
    return false;
  });
}
