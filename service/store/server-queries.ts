import type { Kysely } from 'kysely';
import { z } from 'zod';
import { serverResultSchema } from '../../contract/nat-report.ts';
import { defaultProject } from '../../contract/projects.ts';
import { inProjects, type Reads } from './projects-read.ts';
import type { LastTest, StoredServer } from './store.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

const urlsSchema = z.array(z.string());
const resultsSchema = z.array(serverResultSchema);

export async function listServers(db: Db, reads: Reads = 'all'): Promise<StoredServer[]> {
  const rows = await db
    .selectFrom('servers')
    .selectAll()
    .where(inProjects('servers.project', reads))
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    urls: urlsSchema.parse(JSON.parse(row.urls)),
    username: row.username,
    auth: row.auth,
    credential: row.credential,
    enabled: row.enabled === 1,
    project: row.project,
  }));
}

export async function addServer(db: Db, server: StoredServer, now: Date): Promise<void> {
  await db
    .insertInto('servers')
    .values({
      id: server.id,
      ...columnsOf(server),
      created_at: now.toISOString(),
      project: server.project ?? defaultProject,
    })
    .execute();
}

export async function updateServer(db: Db, server: StoredServer): Promise<boolean> {
  const result = await db
    .updateTable('servers')
    .set(columnsOf(server))
    .where('id', '=', server.id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function deleteServer(db: Db, id: string): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await trx.deleteFrom('server_tests').where('server_id', '=', id).execute();
    const result = await trx.deleteFrom('servers').where('id', '=', id).executeTakeFirst();
    return result.numDeletedRows > 0n;
  });
}

export async function lastTests(db: Db): Promise<ReadonlyMap<string, LastTest>> {
  const rows = await db.selectFrom('server_tests').selectAll().execute();
  return new Map(
    rows.map((row) => [row.server_id, { at: row.at, results: resultsSchema.parse(JSON.parse(row.results)) }]),
  );
}

export async function saveTest(db: Db, serverId: string, test: LastTest): Promise<void> {
  const values = { at: test.at, results: JSON.stringify(test.results) };
  await db
    .insertInto('server_tests')
    .values({ server_id: serverId, ...values })
    .onConflict((oc) => oc.column('server_id').doUpdateSet(values))
    .execute();
}

function columnsOf(server: StoredServer) {
  return {
    label: server.label,
    urls: JSON.stringify(server.urls),
    username: server.username,
    auth: server.auth,
    credential: server.credential,
    enabled: server.enabled ? (1 as const) : (0 as const),
  };
}
