/** Results of monitors: each one for some days, and all of them counted by the hour. */
import type { Kysely } from 'kysely';
import { failedSlot, slotOf } from '../../agents/judge/latency-slots.ts';
import type { Tables } from '../tables.ts';
import { nameLength } from '../visit-counts.ts';

export interface MonitorResult {
  readonly job: string;
  readonly monitor: string;
  readonly cell: string;
  readonly at: string;
  readonly succeeded: boolean;
  readonly latencyMs: number | null;
  readonly cause: string | null;
  readonly agent: string;
  readonly run: string | null;
}

/** So many results of a slot, in the hour or day that `bucket` names. */
export interface CountedResults {
  readonly cell: string;
  readonly bucket: string;
  readonly slot: number;
  readonly times: number;
}

export interface ResultRange {
  readonly since: string;
  readonly until: string;
}

export function resultQueries(db: Kysely<Tables>) {
  return {
    /** False: this result of this job was counted before. */
    add: (result: MonitorResult): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('monitor_results')
          .values({
            job_id: result.job,
            monitor_id: result.monitor,
            cell: result.cell,
            at: result.at,
            succeeded: result.succeeded ? 1 : 0,
            latency_ms: result.latencyMs,
            cause: result.cause,
            agent_id: result.agent,
            run_id: result.run,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if (numInsertedOrUpdatedRows === 0n) return false;
        await trx
          .insertInto('monitor_hours')
          .values({
            monitor_id: result.monitor,
            cell: result.cell,
            hour: result.at.slice(0, nameLength.hour),
            slot: result.succeeded ? slotOf(result.latencyMs ?? 0) : failedSlot,
            times: 1,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['monitor_id', 'hour', 'cell', 'slot'])
              .doUpdateSet((eb) => ({ times: eb('monitor_hours.times', '+', 1) })),
          )
          .execute();
        return true;
      }),

    /** Oldest first. */
    list: async (monitor: string, { since, until }: ResultRange, limit: number): Promise<MonitorResult[]> => {
      const rows = await db
        .selectFrom('monitor_results')
        .selectAll()
        .where('monitor_id', '=', monitor)
        .where('at', '>=', since)
        .where('at', '<', until)
        .orderBy('at')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        job: row.job_id,
        monitor: row.monitor_id,
        cell: row.cell,
        at: row.at,
        succeeded: row.succeeded === 1,
        latencyMs: row.latency_ms,
        cause: row.cause,
        agent: row.agent_id,
        run: row.run_id,
      }));
    },

    /**
     * By hour or day, oldest first; whole hours are counted.
     * @param monitors null: all
     */
    counts: async (
      monitor: string,
      { since, until }: ResultRange,
      size: keyof typeof nameLength,
    ): Promise<CountedResults[]> => {
      const rows = await db
        .selectFrom('monitor_hours')
        .select((eb) => [
          'cell',
          'slot',
          eb.fn<string>('substr', ['hour', eb.lit(1), eb.lit(nameLength[size])]).as('bucket'),
          eb.fn.sum<number>('times').as('times'),
        ])
        .where('monitor_id', '=', monitor)
        .where('hour', '>=', since.slice(0, nameLength.hour))
        .where('hour', '<', until)
        .groupBy(['cell', 'slot', 'bucket'])
        .orderBy('bucket')
        .execute();
      return rows.map((row) => ({ ...row, times: Number(row.times) }));
    },

    /** Results before the one, hours before the other. */
    expire: async (resultsBefore: string, hoursBefore: string): Promise<void> => {
      await db.deleteFrom('monitor_results').where('at', '<', resultsBefore).execute();
      await db
        .deleteFrom('monitor_hours')
        .where('hour', '<', hoursBefore.slice(0, nameLength.hour))
        .execute();
    },
  };
}
