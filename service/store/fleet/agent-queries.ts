import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { agentLabelsSchema, agentReachSchema, jobKindSchema } from '../../../contract/fleet/agent.ts';
import type { ClockSkew } from '../../../contract/fleet/vantage.ts';
import type { Tables } from '../tables.ts';
import type { AgentsTable, AgentTokensTable } from './fleet-tables.ts';

/** What an agent says of itself when it connects, and how the hub sees it. */
export const agentFactsSchema = z.object({
  version: z.string(),
  platform: z.string(),
  network: z.string().nullable(),
  kinds: z.array(jobKindSchema),
  reach: agentReachSchema,
});
export type AgentFacts = z.infer<typeof agentFactsSchema>;

/** How an agent stands now. */
export interface AgentPresence {
  readonly slots: number;
  readonly running: number;
  readonly draining: boolean;
}

export interface StoredAgent extends AgentPresence {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly enrolledAt: string;
  readonly revokedAt: string | null;
  readonly keySince: string;
  readonly lastSeenAt: string | null;
  readonly onlineUntil: string | null;
  readonly facts: AgentFacts | null;
  readonly clock: ClockSkew | null;
}

export type NewAgent = Pick<StoredAgent, 'id' | 'name' | 'region' | 'labels'>;
export type StoredToken = Selectable<AgentTokensTable>;

export function agentQueries(db: Kysely<Tables>) {
  const update = async (id: string, values: Partial<AgentsTable>): Promise<void> => {
    await db.updateTable('agents').set(values).where('id', '=', id).execute();
  };
  return {
    addToken: async (token: StoredToken): Promise<void> => {
      await db.insertInto('agent_tokens').values(token).execute();
    },

    /** Newest first. */
    tokens: (): Promise<StoredToken[]> =>
      db.selectFrom('agent_tokens').selectAll().orderBy('created_at', 'desc').orderBy('id').execute(),

    /** False: there is none, or it was used. */
    deleteToken: async (id: string): Promise<boolean> => {
      const query = db.deleteFrom('agent_tokens').where('id', '=', id).where('agent_id', 'is', null);
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    },

    findToken: async (tokenHash: string): Promise<StoredToken | null> => {
      const query = db.selectFrom('agent_tokens').selectAll().where('token_hash', '=', tokenHash);
      return (await query.executeTakeFirst()) ?? null;
    },

    /** The agent takes the token’s place, or false: another has used it in the meantime. */
    enrol: (tokenId: string, agent: NewAgent, keyHash: string, now: Date): Promise<boolean> =>
      db.transaction().execute(async (trx) => {
        const used = await trx
          .updateTable('agent_tokens')
          .set({ agent_id: agent.id })
          .where('id', '=', tokenId)
          .where('agent_id', 'is', null)
          .executeTakeFirst();
        if (used.numUpdatedRows === 0n) return false;
        await trx
          .insertInto('agents')
          .values({
            id: agent.id,
            key_hash: keyHash,
            next_key_hash: null,
            key_since: now.toISOString(),
            name: agent.name,
            region: agent.region,
            labels: JSON.stringify(agent.labels),
            enrolled_at: now.toISOString(),
            revoked_at: null,
            last_seen_at: null,
            online_until: null,
            facts: null,
            clock_offset_ms: null,
            clock_uncertainty_ms: null,
            slots: 0,
            running: 0,
            draining: 0,
          })
          .execute();
        return true;
      }),

    list: async (): Promise<StoredAgent[]> => {
      const rows = await db
        .selectFrom('agents')
        .selectAll()
        .orderBy('region')
        .orderBy('name')
        .orderBy('id')
        .execute();
      return rows.map(agentOf);
    },

    find: async (id: string): Promise<StoredAgent | null> => {
      const row = await db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : agentOf(row);
    },

    /** Null: no such agent, another key, or revoked. */
    findByKey: async (id: string, keyHash: string): Promise<StoredAgent | null> => {
      const row = await db
        .selectFrom('agents')
        .selectAll()
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .where((eb) => eb.or([eb('key_hash', '=', keyHash), eb('next_key_hash', '=', keyHash)]))
        .executeTakeFirst();
      return row === undefined ? null : agentOf(row);
    },

    offerKey: (id: string, nextKeyHash: string): Promise<void> => update(id, { next_key_hash: nextKeyHash }),

    /** The offered key takes the place of the other one, which is worth nothing from now on. */
    takeKey: async (id: string, now: Date): Promise<void> => {
      await db
        .updateTable('agents')
        .set((eb) => ({
          key_hash: eb.fn.coalesce('next_key_hash', 'key_hash'),
          next_key_hash: null,
          key_since: now.toISOString(),
        }))
        .where('id', '=', id)
        .execute();
    },

    connected: (id: string, facts: AgentFacts): Promise<void> => update(id, { facts: JSON.stringify(facts) }),

    seen: (
      id: string,
      { slots, running, draining }: AgentPresence,
      clock: ClockSkew | null,
      { now, until }: { readonly now: Date; readonly until: Date },
    ): Promise<void> =>
      update(id, {
        last_seen_at: now.toISOString(),
        online_until: until.toISOString(),
        slots,
        running,
        draining: draining ? 1 : 0,
        ...(clock !== null && { clock_offset_ms: clock.offsetMs, clock_uncertainty_ms: clock.uncertaintyMs }),
      }),

    gone: (id: string): Promise<void> =>
      update(id, { online_until: null, slots: 0, running: 0, draining: 0 }),

    /** The first time stays. */
    revoke: async (id: string, now: Date): Promise<void> => {
      await db
        .updateTable('agents')
        .set({ revoked_at: now.toISOString(), online_until: null, slots: 0, running: 0 })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute();
    },
  };
}

function agentOf(row: Selectable<AgentsTable>): StoredAgent {
  const { clock_offset_ms: offsetMs, clock_uncertainty_ms: uncertaintyMs } = row;
  return {
    id: row.id,
    name: row.name,
    region: row.region,
    labels: agentLabelsSchema.parse(JSON.parse(row.labels)),
    enrolledAt: row.enrolled_at,
    revokedAt: row.revoked_at,
    keySince: row.key_since,
    lastSeenAt: row.last_seen_at,
    onlineUntil: row.online_until,
    facts: row.facts === null ? null : agentFactsSchema.parse(JSON.parse(row.facts)),
    clock: offsetMs === null || uncertaintyMs === null ? null : { offsetMs, uncertaintyMs },
    slots: row.slots,
    running: row.running,
    draining: row.draining === 1,
  };
}
