/** What the two databases do differently. Everything else is one set of queries (Kysely) for both. */
import type { Expression, Kysely } from 'kysely';
import type { ReportRows } from './report-rows.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

export interface Engine {
  /** Column types. Text compares byte by byte, so that its order is that of the times and names written in it. */
  readonly text: 'text' | Expression<string>;
  readonly real: 'real' | Expression<number>;
  /** Rows that the writers of one counter are spread over, so that they do not wait for each other. */
  readonly slots: number;
  /** Within a transaction: keeps every other program from migrating until it ends. */
  lockMigrations(db: Db): Promise<void>;
  /** Part of a migration: cuts the tables of details by month, where the database can. */
  partitionDetails(db: Db): Promise<void>;
  /**
   * With what is counted of them, in one transaction. Ids of those that were stored; the others are there already, or
   * their code is taken.
   */
  insertReports(db: Db, reports: readonly ReportRows[]): Promise<ReadonlySet<string>>;
  /** Before details of that time are stored; months are `YYYY-MM`. */
  makeMonths(db: Db, months: readonly string[]): Promise<void>;
  /** Details of whole months before the month go at once, whatever their number. */
  dropMonths(db: Db, before: string): Promise<void>;
  /** Joins what writers have left in slots, in hours and days that are over. */
  settleCounts(db: Db, now: Date): Promise<void>;
}

/** What is kept of a run beside its own row. */
export const detailTables = ['attempts', 'server_results', 'run_causes'] as const;

/** Characters of a time in UTC that name its month. */
export const monthLength = 'YYYY-MM'.length;
