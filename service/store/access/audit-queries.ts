import { type Kysely, type Selectable, sql } from 'kysely';
import {
  type AuditEntry,
  type AuditPage,
  type AuditQuery,
  refusals,
} from '../../../contract/access/audit.ts';
import type { Tables } from '../tables.ts';
import type { AuditTable } from './access-tables.ts';

export function auditQueries(db: Kysely<Tables>) {
  return {
    /** An entry of the same id is given what has become of it since. */
    put: async (entry: AuditEntry): Promise<void> => {
      const { target, outcome, times } = entry;
      await db
        .insertInto('audit')
        .values({
          ...{ id: entry.id, at: entry.at, operation: entry.operation, target, outcome, times },
          kind: entry.who?.kind ?? null,
          principal_id: entry.who?.id ?? null,
          name: entry.who?.name ?? null,
          request_id: entry.requestId,
        })
        .onConflict((oc) => oc.column('id').doUpdateSet({ target, outcome, times }))
        .execute();
    },

    page: (query: AuditQuery): Promise<AuditPage> => pageOf(db, query),

    /** How many were older than that, and have gone. */
    expire: async (before: Date): Promise<number> => {
      const query = db.deleteFrom('audit').where('at', '<', before.toISOString());
      return Number((await query.executeTakeFirst()).numDeletedRows);
    },
  };
}

async function pageOf(db: Kysely<Tables>, query: AuditQuery): Promise<AuditPage> {
  const { who, operation, outcome, from, to, after, limit } = query;
  let rows = db.selectFrom('audit').selectAll().orderBy('at', 'desc').orderBy('id', 'desc');
  if (operation !== undefined) rows = rows.where('operation', '=', operation);
  if (outcome === 'done') rows = rows.where('outcome', '=', 'done');
  if (outcome === 'refused') rows = rows.where('outcome', 'in', refusals);
  if (outcome === 'failed') {
    rows = rows.where((eb) =>
      eb.or([eb('outcome', 'is', null), eb('outcome', 'not in', ['done', ...refusals])]),
    );
  }
  if (from !== undefined) rows = rows.where('at', '>=', new Date(from).toISOString());
  if (to !== undefined) rows = rows.where('at', '<=', new Date(to).toISOString());
  if (who !== undefined) {
    const part = `%${who.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    const holds = (column: 'name' | 'principal_id') =>
      sql<boolean>`lower(${sql.ref(column)}) like ${part} escape '\\'`;
    rows = rows.where((eb) => eb.or([holds('name'), holds('principal_id')]));
  }
  if (after !== undefined) {
    const [at = '', id = ''] = after.split('~');
    rows = rows.where((eb) => eb.or([eb('at', '<', at), eb.and([eb('at', '=', at), eb('id', '<', id)])]));
  }
  // One more than wanted tells whether there are older ones.
  const found = await rows.limit(limit + 1).execute();
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    entries: shown.map(entryOf),
    next: found.length > limit && last !== undefined ? `${last.at}~${last.id}` : null,
  };
}

function entryOf(row: Selectable<AuditTable>): AuditEntry {
  const { id, at, kind, principal_id: principal, name, operation, target, outcome, times } = row;
  return {
    ...{ id, at, operation, target, outcome, times },
    who: kind === null || principal === null ? null : { kind, id: principal, name: name ?? '' },
    requestId: row.request_id,
  };
}
