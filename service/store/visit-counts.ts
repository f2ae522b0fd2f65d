/** Counts visits by hour, day and shape, in the transaction that stores or deletes them. */
import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Engine } from './engine.ts';
import type { Tables, VisitCountsTable } from './tables.ts';
import type { VisitShape } from './visit-shape.ts';

type Db = Kysely<Tables>;
export type BucketSize = VisitCountsTable['size'];

/** Characters of a time in UTC that name its bucket. */
export const nameLength: Readonly<Record<BucketSize, number>> = {
  hour: 'YYYY-MM-DDTHH'.length,
  day: 'YYYY-MM-DD'.length,
};

/** In this order everywhere: two that count the same visits never wait for each other crosswise. */
export const bucketSizes: readonly BucketSize[] = ['hour', 'day'];

export async function addShape(db: Db, { id, nat, outcomes, findings }: VisitShape): Promise<void> {
  const shape = await db
    .insertInto('visit_shapes')
    .values({ id, nat })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (shape.numInsertedOrUpdatedRows === 0n) return;
  if (outcomes.length > 0) {
    const rows = outcomes.map((outcome, seq) => ({ shape: id, seq, ...outcome }));
    await db.insertInto('shape_outcomes').values(rows).execute();
  }
  if (findings.length > 0) {
    const rows = findings.map((cause) => ({ shape: id, cause }));
    await db.insertInto('shape_findings').values(rows).execute();
  }
}

/** @param visits 1, or -1 to take one back */
export async function countVisit(
  db: Db,
  { slots }: Pick<Engine, 'slots'>,
  { countedAt, shape, visits }: { countedAt: string; shape: string; visits: 1 | -1 },
): Promise<void> {
  // Slot 0 belongs to the buckets that are settled.
  const slot = slots === 1 ? 0 : randomInt(1, slots + 1);
  const rows = bucketSizes.map((size) => ({
    size,
    bucket: countedAt.slice(0, nameLength[size]),
    shape,
    slot,
    visits,
  }));
  await addCounts(db, rows);
}

export async function addCounts(db: Db, rows: readonly VisitCountsTable[]): Promise<void> {
  await db
    .insertInto('visit_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['size', 'bucket', 'shape', 'slot'])
        .doUpdateSet((eb) => ({ visits: eb('visit_counts.visits', '+', eb.ref('excluded.visits')) })),
    )
    .execute();
}
