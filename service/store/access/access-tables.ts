/** Tables of sessions, API keys and the audit log, in the manner of tables.ts. */
import type { Principal, Role } from '../../../contract/access.ts';

export interface SessionsTable {
  id: string;
  /** SHA-256 of what the cookie holds, in hexadecimal; see service/access/sessions.ts. 256 random bits need no salt. */
  hash: string;
  kind: Principal['kind'];
  principal_id: string;
  name: string;
  role: Role;
  /** JSON: `"all"`, or an array of ids. */
  projects: string;
  created_at: string;
  expires_at: string;
}

export interface ApiKeysTable {
  id: string;
  /** SHA-256 of the key, in hexadecimal. */
  hash: string;
  name: string;
  role: Role;
  /** JSON: `"all"`, or an array of ids. */
  projects: string;
  created_at: string;
  /** Who made it. */
  maker_kind: Principal['kind'];
  maker_id: string;
  maker_name: string;
  expires_at: string | null;
  last_used_at: string | null;
  withdrawn_at: string | null;
}

export interface AuditTable {
  id: string;
  at: string;
  /** With the next two: who; all null: nobody whom the service knows. */
  kind: Principal['kind'] | null;
  principal_id: string | null;
  name: string | null;
  operation: string;
  target: string | null;
  outcome: string | null;
  request_id: string;
  times: number;
}

export interface AccessTables {
  sessions: SessionsTable;
  api_keys: ApiKeysTable;
  audit: AuditTable;
}
