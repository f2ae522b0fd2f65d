/** Counts visits by hour, day and shape, in the transaction that stores or deletes them. */
import { randomInt } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Engine } from './engine.ts';
import type { Tables, VisitCountsTable } from './tables.ts';
import { outlineOf, shapeOf, type VisitResult, type VisitShape } from './visit-shape.ts';

type Db = Kysely<Tables>;
export type BucketSize = VisitCountsTable['size'];

/** Characters of a time in UTC that name its bucket. */
export const nameLength: Readonly<Record<BucketSize, number>> = {
  hour: 'YYYY-MM-DDTHH'.length,
  day: 'YYYY-MM-DD'.length,
};

/** In this order everywhere: two that count the same visits never wait for each other crosswise. */
const bucketSizes: readonly BucketSize[] = ['hour', 'day'];

/** A visit in full and in outline. */
export interface VisitShapes {
  readonly full: VisitShape;
  readonly outline: VisitShape;
}

export function shapesOf(result: VisitResult): VisitShapes {
  return { full: shapeOf(result), outline: outlineOf(result) };
}

export async function addShapes(db: Db, { full, outline }: VisitShapes): Promise<void> {
  if (await addShape(db, full, outline.id)) await addShape(db, outline, null);
}

/** False: it was known. */
async function addShape(
  db: Db,
  { id, nat, outcomes, findings }: VisitShape,
  outline: string | null,
): Promise<boolean> {
  const shape = await db
    .insertInto('visit_shapes')
    .values({ id, nat, outline })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (shape.numInsertedOrUpdatedRows === 0n) return false;
  if (outcomes.length > 0) {
    const rows = outcomes.map((outcome, seq) => ({ shape: id, seq, ...outcome }));
    await db.insertInto('shape_outcomes').values(rows).execute();
  }
  if (findings.length > 0) {
    const rows = findings.map((cause) => ({ shape: id, cause }));
    await db.insertInto('shape_findings').values(rows).execute();
  }
  return true;
}

/** Ids of shapes. */
export type CountedShapes = Readonly<Record<VisitCountsTable['detail'], string>>;

/** The counters that a visit of that time is in. */
export function countersOf(countedAt: string, shapes: CountedShapes) {
  return (['full', 'outline'] as const).flatMap((detail) =>
    bucketSizes.map((size) => ({
      detail,
      size,
      bucket: countedAt.slice(0, nameLength[size]),
      shape: shapes[detail],
    })),
  );
}

/** @param visits 1, or -1 to take one back */
export async function countVisit(
  db: Db,
  { slots }: Pick<Engine, 'slots'>,
  { countedAt, shapes, visits }: { countedAt: string; shapes: CountedShapes; visits: 1 | -1 },
): Promise<void> {
  // Slot 0 belongs to the buckets that are settled.
  const slot = slots === 1 ? 0 : randomInt(1, slots + 1);
  await addCounts(
    db,
    countersOf(countedAt, shapes).map((counter) => ({ ...counter, slot, visits })),
  );
}

export async function addCounts(db: Db, rows: readonly VisitCountsTable[]): Promise<void> {
  await db
    .insertInto('visit_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['detail', 'size', 'bucket', 'shape', 'slot'])
        .doUpdateSet((eb) => ({ visits: eb('visit_counts.visits', '+', eb.ref('excluded.visits')) })),
    )
    .execute();
}
