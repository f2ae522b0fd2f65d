import { expressionBuilder, type SqlBool, sql } from 'kysely';
import type { Principal } from '../../contract/access.ts';
import type { Tables } from './tables.ts';

/** The projects that somebody sees. */
export type Reads = Principal['projects'];

type ProjectColumn = 'runs.project' | 'links.project' | 'servers.project' | 'visit_counts.project';

/** For queries that select from the table of the column. */
export function inProjects(column: ProjectColumn, reads: Reads) {
  if (reads === 'all') return sql<SqlBool>`true`;
  const all = expressionBuilder<Tables, 'runs' | 'links' | 'servers' | 'visit_counts'>();
  return reads.length === 0 ? sql<SqlBool>`false` : all(column, 'in', [...reads]);
}
