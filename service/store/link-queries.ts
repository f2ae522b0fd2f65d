import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { inProjects, type Reads } from './projects-read.ts';
import type { LinkRecord, StoredLink } from './store.ts';
import type { LinksTable, Tables } from './tables.ts';

type Db = Kysely<Tables>;

const serversSchema = z.array(z.string());

export async function addLink(db: Db, link: StoredLink, tokenHash: string): Promise<void> {
  const { id, label, servers, consent, contact, createdAt, expiresAt, revokedAt, project } = link;
  await db
    .insertInto('links')
    .values({
      id,
      token_hash: tokenHash,
      label,
      servers: servers === null ? null : JSON.stringify(servers),
      consent,
      contact,
      created_at: createdAt,
      expires_at: expiresAt,
      revoked_at: revokedAt,
      project,
    })
    .execute();
}

/** Newest first, each with the visits that came by it. */
export async function listLinks(db: Db, reads: Reads = 'all'): Promise<LinkRecord[]> {
  const rows = await db
    .selectFrom('links')
    .leftJoin('runs', 'runs.link_id', 'links.id')
    .selectAll('links')
    .where(inProjects('links.project', reads))
    .select((eb) => [eb.fn.count<number>('runs.id').as('visits'), eb.fn.max('runs.stored_at').as('last')])
    .groupBy('links.id')
    .orderBy('links.created_at', 'desc')
    .orderBy('links.id')
    .execute();
  return rows.map((row) => ({ ...linkOf(row), visits: Number(row.visits), lastVisitAt: row.last }));
}

export async function findLink(db: Db, tokenHash: string): Promise<StoredLink | null> {
  const row = await db.selectFrom('links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
  return row === undefined ? null : linkOf(row);
}

/** False when there is none. The first time stays. */
export async function revokeLink(db: Db, id: string, now: Date, reads: Reads = 'all'): Promise<boolean> {
  const known = await db
    .selectFrom('links')
    .select('revoked_at')
    .where('id', '=', id)
    .where(inProjects('links.project', reads))
    .executeTakeFirst();
  if (known === undefined) return false;
  if (known.revoked_at === null) {
    await db.updateTable('links').set({ revoked_at: now.toISOString() }).where('id', '=', id).execute();
  }
  return true;
}

/** Those that ended before and lead to no report any more: their labels and texts may name somebody. */
export async function expireLinks(db: Db, before: string): Promise<void> {
  await db
    .deleteFrom('links')
    .where((eb) => eb(eb.fn.coalesce('revoked_at', 'expires_at'), '<', before))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs').select('runs.id').whereRef('runs.link_id', '=', 'links.id'))),
    )
    .execute();
}

function linkOf(row: Selectable<LinksTable>): StoredLink {
  return {
    id: row.id,
    label: row.label,
    servers: row.servers === null ? null : serversSchema.parse(JSON.parse(row.servers)),
    consent: row.consent,
    contact: row.contact,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    project: row.project,
  };
}
