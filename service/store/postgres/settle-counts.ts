import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';
import { nameLength } from '../visit-counts.ts';

/** Counters joined at a time. */
const batch = 20_000;

/**
 * Joins the slots of hours and days that are over into slot 0, which nobody else writes. Rows that somebody counts on
 * just now are left for the next time.
 */
export async function settleCounts(db: Kysely<Tables>, now: Date): Promise<void> {
  const over = (size: 'hour' | 'day') =>
    sql`(size = ${size} and bucket < ${now.toISOString().slice(0, nameLength[size])})`;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      with loose as (
        delete from visit_counts where ctid in (
          select ctid from visit_counts where slot > 0 and (${over('hour')} or ${over('day')})
          limit ${sql.lit(batch)} for update skip locked)
        returning detail, size, bucket, shape, project, visits)
      insert into visit_counts (detail, size, bucket, shape, slot, project, visits)
      select detail, size, bucket, shape, 0, project, sum(visits) from loose
      group by detail, size, bucket, shape, project
      order by detail, size, bucket, shape, project
      on conflict (detail, size, bucket, shape, slot, project) do update set visits = visit_counts.visits + excluded.visits
    `.execute(db);
    if (numAffectedRows === 0n) return;
  }
}
