/**
 * Gives visits that an older release stored what migration 3 added: NAT class, causes, results per server. Reads the
 * reports by a schema of its own, so that it still does the same when the contract has grown.
 */
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { transportSchema } from '../../contract/basics.ts';
import { failureSchema } from '../../contract/failure-schema.ts';
import { behaviourSchema, legacyNameSchema } from '../../contract/nat-report.ts';
import type { Tables } from './tables.ts';
import { earlierUtc } from './utc.ts';

const storedVisitSchema = z.object({
  body: z.object({
    nat: z
      .object({
        nat: z.object({ mapping: behaviourSchema, filtering: behaviourSchema, legacy: legacyNameSchema }),
      })
      .optional(),
    attempts: z.array(z.object({ failure: failureSchema.optional() })),
    servers: z
      .array(
        z.object({
          url: z.string(),
          transport: transportSchema,
          status: z.string(),
          failure: failureSchema.optional(),
        }),
      )
      .default([]),
  }),
});

/** Reports read at a time. */
const page = 100;

export async function backfillVisits(db: Kysely<Tables>): Promise<void> {
  for (let after = ''; ; ) {
    const runs = await db
      .selectFrom('runs')
      .select(['id', 'at', 'stored_at', 'report'])
      .where('kind', '=', 'visit-report')
      .where('id', '>', after)
      .orderBy('id')
      .limit(page)
      .execute();
    for (const { id, at, stored_at, report } of runs) {
      const parsed = storedVisitSchema.safeParse(JSON.parse(report));
      if (parsed.success) await backfillVisit(db, id, earlierUtc(at, stored_at), parsed.data.body);
    }
    const last = runs.at(-1);
    if (last === undefined || runs.length < page) return;
    after = last.id;
  }
}

async function backfillVisit(
  db: Kysely<Tables>,
  id: string,
  countedAt: string,
  { nat, attempts, servers }: z.infer<typeof storedVisitSchema>['body'],
): Promise<void> {
  if (nat !== undefined) {
    const { mapping, filtering, legacy } = nat.nat;
    const natColumns = { nat_mapping: mapping, nat_filtering: filtering, nat_legacy: legacy };
    await db.updateTable('runs').set(natColumns).where('id', '=', id).execute();
  }
  for (const [seq, { failure }] of attempts.entries()) {
    if (failure === undefined) continue;
    await db
      .updateTable('attempts')
      .set({ cause: failure.code })
      .where('run_id', '=', id)
      .where('seq', '=', seq)
      .where('succeeded', '=', 0)
      .execute();
  }
  const rows = servers
    .filter(({ status }) => status !== 'skipped')
    .map(({ url, transport, status, failure }, seq) => ({
      run_id: id,
      seq,
      counted_at: countedAt,
      url,
      transport,
      succeeded: status === 'ok' ? (1 as const) : (0 as const),
      blame: status === 'ok' ? null : (failure?.blame ?? null),
      cause: status === 'ok' ? null : (failure?.code ?? null),
    }));
  if (rows.length > 0) await db.insertInto('server_results').values(rows).execute();
}
