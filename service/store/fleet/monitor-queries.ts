import type { Kysely, Selectable } from 'kysely';
import { failureSchema } from '../../../contract/failure-schema.ts';
import {
  type CellKey,
  type MonitorCell,
  type MonitorEvent,
  type MonitorInput,
  type MonitorState,
  monitorCellSchema,
  monitorInputSchema,
} from '../../../contract/fleet/monitor.ts';
import type { Tables } from '../tables.ts';
import type { MonitorCellsTable } from './fleet-tables.ts';

export interface StoredMonitor {
  readonly id: string;
  /** Without the secret of its webhook. */
  readonly spec: MonitorInput;
  /** Key of the signature of its notices. Never leaves the service. */
  readonly webhookSecret: string | null;
  readonly createdAt: string;
  readonly project: string;
}

export interface StoredCell extends CellKey {
  readonly monitor: string;
  readonly cell: string;
  readonly url: string | null;
  readonly state: MonitorState;
  readonly reason: string;
  readonly since: string | null;
  readonly recent: string;
  readonly lastAt: string | null;
  readonly keptAt: string | null;
  readonly run: string | null;
  readonly certificateEndsAt: string | null;
  readonly lastFailure: MonitorCell['lastFailure'];
}

export type StoredEvent = Omit<MonitorEvent, keyof CellKey> & {
  readonly id: string;
  readonly monitor: string;
  readonly cell: string;
};

const lastFailureSchema = monitorCellSchema.shape.lastFailure;
/** Of one monitor; older ones go. */
const eventsShown = 200;

export function monitorQueries(db: Kysely<Tables>) {
  return {
    list: async (): Promise<StoredMonitor[]> => {
      const rows = await db.selectFrom('monitors').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(monitorOf);
    },

    find: async (id: string): Promise<StoredMonitor | null> => {
      const row = await db.selectFrom('monitors').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : monitorOf(row);
    },

    /** A new one, or its new shape. */
    save: async ({ id, spec, webhookSecret, createdAt, project }: StoredMonitor): Promise<void> => {
      const values = { spec: JSON.stringify(spec), webhook_secret: webhookSecret };
      await db
        .insertInto('monitors')
        .values({ id, ...values, created_at: createdAt, project })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
        .execute();
    },

    /** With all that was measured for it. False: there is none. */
    delete: (id: string): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        for (const table of [
          'monitor_cells',
          'monitor_results',
          'monitor_hours',
          'monitor_events',
          'notices',
        ] as const) {
          await trx.deleteFrom(table).where('monitor_id', '=', id).execute();
        }
        const { numDeletedRows } = await trx.deleteFrom('monitors').where('id', '=', id).executeTakeFirst();
        return numDeletedRows > 0n;
      }),

    cells: async (monitor?: string): Promise<StoredCell[]> => {
      let query = db.selectFrom('monitor_cells').selectAll().orderBy('monitor_id').orderBy('cell');
      if (monitor !== undefined) query = query.where('monitor_id', '=', monitor);
      return (await query.execute()).map(cellOf);
    },

    /**
     * False: somebody else has changed its state in the meantime.
     * @param was the cell as it was read; null: it is new
     */
    saveCell: async (cell: StoredCell, was: StoredCell | null): Promise<boolean> => {
      const { monitor_id, cell: name, ...values } = rowOf(cell);
      if (was === null) {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('monitor_cells')
          .values({ monitor_id, cell: name, ...values })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows !== 0n;
      }
      const { numUpdatedRows } = await db
        .updateTable('monitor_cells')
        .set(values)
        .where('monitor_id', '=', monitor_id)
        .where('cell', '=', name)
        .where('state', '=', was.state)
        .where('recent', '=', was.recent)
        .where((eb) => (was.lastAt === null ? eb('last_at', 'is', null) : eb('last_at', '=', was.lastAt)))
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },

    /** Those that its new shape does not have. */
    dropCells: async (monitor: string, keep: readonly string[]): Promise<void> => {
      let query = db.deleteFrom('monitor_cells').where('monitor_id', '=', monitor);
      if (keep.length > 0) query = query.where('cell', 'not in', [...keep]);
      await query.execute();
    },

    addEvent: async (event: StoredEvent): Promise<void> => {
      await db
        .insertInto('monitor_events')
        .values({
          id: event.id,
          monitor_id: event.monitor,
          cell: event.cell,
          at: event.at,
          from_state: event.from,
          to_state: event.to,
          reason: event.reason,
          failure: event.failure === null ? null : JSON.stringify(event.failure),
          run_id: event.run,
        })
        .execute();
    },

    /** Newest first. */
    events: async (monitor: string, since: string, until: string): Promise<StoredEvent[]> => {
      const rows = await db
        .selectFrom('monitor_events')
        .selectAll()
        .where('monitor_id', '=', monitor)
        .where('at', '>=', since)
        .where('at', '<', until)
        .orderBy('at', 'desc')
        .orderBy('id')
        .limit(eventsShown)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        monitor: row.monitor_id,
        cell: row.cell,
        at: row.at,
        from: row.from_state,
        to: row.to_state,
        reason: row.reason,
        failure: row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure)),
        run: row.run_id,
      }));
    },

    expireEvents: async (before: string): Promise<void> => {
      await db.deleteFrom('monitor_events').where('at', '<', before).execute();
    },
  };
}

function monitorOf(row: Selectable<Tables['monitors']>): StoredMonitor {
  return {
    id: row.id,
    spec: monitorInputSchema.parse(JSON.parse(row.spec)),
    webhookSecret: row.webhook_secret,
    createdAt: row.created_at,
    project: row.project,
  };
}

function cellOf(row: Selectable<MonitorCellsTable>): StoredCell {
  return {
    monitor: row.monitor_id,
    cell: row.cell,
    region: row.region,
    peer: row.peer,
    path: row.path,
    transport: row.transport,
    url: row.url,
    state: row.state,
    reason: row.reason,
    since: row.since,
    recent: row.recent,
    lastAt: row.last_at,
    keptAt: row.kept_at,
    run: row.run_id,
    certificateEndsAt: row.certificate_ends_at,
    lastFailure: row.last_failure === null ? null : lastFailureSchema.parse(JSON.parse(row.last_failure)),
  };
}

function rowOf(cell: StoredCell): MonitorCellsTable {
  return {
    monitor_id: cell.monitor,
    cell: cell.cell,
    region: cell.region,
    peer: cell.peer,
    path: cell.path,
    transport: cell.transport,
    url: cell.url,
    state: cell.state,
    reason: cell.reason,
    since: cell.since,
    recent: cell.recent,
    last_at: cell.lastAt,
    kept_at: cell.keptAt,
    run_id: cell.run,
    certificate_ends_at: cell.certificateEndsAt,
    last_failure: cell.lastFailure === null ? null : JSON.stringify(cell.lastFailure),
  };
}
