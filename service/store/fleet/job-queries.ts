/**
 * Jobs. Whatever carries them, the row says whom a job belongs to: it is taken, kept and ended by updates that name the
 * state which they expect, so that of two who try only one succeeds.
 */
import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool } from 'kysely';
import { z } from 'zod';
import { failureSchema } from '../../../contract/failure-schema.ts';
import type { Failure } from '../../../contract/failures.ts';
import type { JobKind } from '../../../contract/fleet/agent.ts';
import type { JobTry } from '../../../contract/fleet/agent-signal.ts';
import { type JobQuery, type JobRequest, jobRequestSchema } from '../../../contract/fleet/job.ts';
import type { Tables } from '../tables.ts';
import type { JobsTable } from './fleet-tables.ts';

export interface NewJob {
  readonly id: string;
  readonly request: JobRequest;
  readonly monitor: string | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly maxTries: number;
}

export interface StoredJob extends NewJob {
  readonly state: JobsTable['state'];
  readonly endedAt: string | null;
  readonly try: number;
  readonly agent: string | null;
  readonly receipt: string | null;
  readonly runs: readonly string[];
  readonly failure: Failure | null;
  readonly reason: string | null;
}

/** An agent that has a slot free. */
export interface Taker {
  readonly agent: string;
  readonly region: string;
  readonly kinds: readonly JobKind[];
}

export interface Lease {
  readonly now: Date;
  readonly until: Date;
}

/** How a job ends, or that it goes back. */
export type JobEnd =
  | { readonly state: 'done'; readonly runs: readonly string[] }
  | {
      readonly state: 'failed' | 'cancelled';
      readonly failure: Failure | null;
      readonly reason: string | null;
    }
  | { readonly state: 'aside'; readonly failure: Failure | null; readonly reason: string };

const idsSchema = z.array(z.string());
type Eb = ExpressionBuilder<Tables, 'jobs'>;

/** Of several that take at the same time each tries so many before it waits for the next occasion. */
const candidates = 5;

export function jobQueries(db: Kysely<Tables>) {
  const change = async (
    which: (eb: Eb) => Expression<SqlBool>,
    values: Partial<JobsTable>,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db.updateTable('jobs').set(values).where(which).executeTakeFirst();
    return numUpdatedRows > 0n;
  };
  const ofTry = (which: JobTry) => (eb: Eb) =>
    eb.and([eb('id', '=', which.job), eb('try', '=', which.try), eb('state', '=', 'running')]);
  const find = async (id: string): Promise<StoredJob | null> => {
    const row = await db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : jobOf(row);
  };

  return {
    find,

    /** False: a job of that id was there already, in whatever state. */
    add: async ({ id, request, monitor, createdAt, expiresAt, maxTries }: NewJob): Promise<boolean> => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('jobs')
        .values({
          id,
          kind: request.kind,
          at_agent: 'agent' in request.at ? request.at.agent : null,
          at_region: 'region' in request.at ? request.at.region : null,
          request: JSON.stringify(request),
          monitor_id: monitor,
          state: 'queued',
          created_at: createdAt,
          expires_at: expiresAt,
          ended_at: null,
          try: 0,
          max_tries: maxTries,
          agent_id: null,
          lease_until: null,
          receipt: null,
          runs: '[]',
          failure: null,
          reason: null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows !== 0n;
    },

    list: async ({ state, agent, monitor, limit }: JobQuery): Promise<StoredJob[]> => {
      let query = db.selectFrom('jobs').selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit);
      if (state !== undefined) query = query.where('state', '=', state);
      if (agent !== undefined) query = query.where('agent_id', '=', agent);
      if (monitor !== undefined) query = query.where('monitor_id', '=', monitor);
      return (await query.execute()).map(jobOf);
    },

    /** Ids of jobs that this agent could take, oldest first: those that nobody has, or whose agent was not heard of. */
    open: async ({ agent, region, kinds }: Taker, now: Date): Promise<string[]> => {
      if (kinds.length === 0) return [];
      const rows = await db
        .selectFrom('jobs')
        .select('id')
        .where((eb) => eb.and([isFree(eb, now), eb('kind', 'in', [...kinds])]))
        .where((eb) => eb.or([eb('at_agent', '=', agent), eb('at_region', '=', region)]))
        .orderBy('created_at')
        .limit(candidates)
        .execute();
      return rows.map(({ id }) => id);
    },

    /** The job becomes the agent’s, as its next try; null: somebody else has it, or it is over. */
    take: async (
      id: string,
      agent: string,
      { now, until }: Lease,
      receipt: string | null,
    ): Promise<StoredJob | null> => {
      const row = await db
        .updateTable('jobs')
        .set((eb) => ({
          state: 'running' as const,
          try: eb('try', '+', 1),
          agent_id: agent,
          lease_until: until.toISOString(),
          receipt,
        }))
        .where((eb) => eb.and([eb('id', '=', id), isFree(eb, now)]))
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : jobOf(row);
    },

    /** False: it is not that try’s any more, or not the agent’s. */
    extend: (which: JobTry, agent: string, until: Date): Promise<boolean> =>
      change((eb) => eb.and([ofTry(which)(eb), eb('agent_id', '=', agent)]), {
        lease_until: until.toISOString(),
      }),

    /** False: that try is over already. */
    finish: (which: JobTry, end: JobEnd, now: Date): Promise<boolean> =>
      change(ofTry(which), columnsOf(end, now)),

    /** Nobody’s again. `uncounted`: as if the try had not been. */
    release: (which: JobTry, { uncounted }: { readonly uncounted: boolean }): Promise<boolean> =>
      change(ofTry(which), {
        state: 'queued',
        lease_until: null,
        receipt: null,
        ...(uncounted && { try: which.try - 1 }),
      }),

    /** Whatever its state, unless it is over. */
    end: (id: string, end: JobEnd, now: Date): Promise<boolean> =>
      change(
        (eb) => eb.and([eb('id', '=', id), eb('state', 'in', ['queued', 'running'])]),
        columnsOf(end, now),
      ),

    /** Whose agent was not heard of and who may not be tried again, and whose time is over. */
    hopeless: async (now: Date): Promise<StoredJob[]> => {
      const rows = await db
        .selectFrom('jobs')
        .selectAll()
        .where((eb) => {
          const spent = eb.and([isLost(eb, now), eb('try', '>=', eb.ref('max_tries'))]);
          const late = eb.and([eb('state', '=', 'queued'), eb('expires_at', '<', now.toISOString())]);
          return eb.or([spent, late]);
        })
        .limit(100)
        .execute();
      return rows.map(jobOf);
    },

    /** A monitor’s job is of interest for as long as its results. */
    expire: async (before: string): Promise<void> => {
      await db
        .deleteFrom('jobs')
        .where('created_at', '<', before)
        .where('state', 'not in', ['queued', 'running'])
        .execute();
    },
  };
}

function isFree(eb: Eb, now: Date): Expression<SqlBool> {
  const waits = eb.and([eb('state', '=', 'queued'), eb('expires_at', '>', now.toISOString())]);
  return eb.and([eb.or([waits, isLost(eb, now)]), eb('try', '<', eb.ref('max_tries'))]);
}

/** Its agent was not heard of for so long that it is taken for dead. */
function isLost(eb: Eb, now: Date): Expression<SqlBool> {
  return eb.and([eb('state', '=', 'running'), eb('lease_until', '<', now.toISOString())]);
}

function columnsOf(end: JobEnd, now: Date): Partial<JobsTable> {
  const ended = { state: end.state, ended_at: now.toISOString(), lease_until: null, receipt: null };
  if (end.state === 'done') return { ...ended, runs: JSON.stringify(end.runs) };
  return { ...ended, failure: end.failure === null ? null : JSON.stringify(end.failure), reason: end.reason };
}

function jobOf(row: Selectable<JobsTable>): StoredJob {
  return {
    id: row.id,
    request: jobRequestSchema.parse(JSON.parse(row.request)),
    monitor: row.monitor_id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    maxTries: row.max_tries,
    state: row.state,
    endedAt: row.ended_at,
    try: row.try,
    agent: row.agent_id,
    receipt: row.receipt,
    runs: idsSchema.parse(JSON.parse(row.runs)),
    failure: row.failure === null ? null : failureSchema.parse(JSON.parse(row.failure)),
    reason: row.reason,
  };
}
