/** The tables of sessions, API keys and the audit log as their release made them. Never edit: append a migration. */
import type { Kysely } from 'kysely';
import type { Engine } from '../engine.ts';
import { type IndexPlan, makeTables, type TablePlan } from '../make-tables.ts';
import type { Tables } from '../tables.ts';
import type { AccessTables } from './access-tables.ts';

const tables: Readonly<Record<keyof AccessTables, TablePlan>> = {
  sessions: {
    key: ['id'],
    columns: {
      id: 'text!',
      hash: 'text!',
      kind: 'text!',
      principal_id: 'text!',
      name: 'text!',
      role: 'text!',
      projects: 'text!',
      created_at: 'text!',
      expires_at: 'text!',
    },
  },
  api_keys: {
    key: ['id'],
    columns: {
      id: 'text!',
      hash: 'text!',
      name: 'text!',
      role: 'text!',
      projects: 'text!',
      created_at: 'text!',
      maker_kind: 'text!',
      maker_id: 'text!',
      maker_name: 'text!',
      expires_at: 'text',
      last_used_at: 'text',
      withdrawn_at: 'text',
    },
  },
  audit: {
    key: ['id'],
    columns: {
      id: 'text!',
      at: 'text!',
      kind: 'text',
      principal_id: 'text',
      name: 'text',
      operation: 'text!',
      target: 'text',
      outcome: 'text',
      request_id: 'text!',
      times: 'integer!',
    },
  },
};

/** Their names. */
export const accessTables = Object.keys(tables);

const indexes: readonly IndexPlan<keyof AccessTables>[] = [
  ['sessions', ['hash'], true],
  ['api_keys', ['hash'], true],
  ['audit', ['at', 'id']],
];

export async function sessionsKeysAudit(db: Kysely<Tables>, engine: Engine): Promise<void> {
  await makeTables(db, engine, tables, indexes);
}
