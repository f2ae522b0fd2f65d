/** Counts visits by hour, day and shape, in the transaction that stores or deletes them. */
import { randomInt } from 'node:crypto';
import type { Insertable, Kysely } from 'kysely';
import { insertRows } from './insert-rows.ts';
import type { Tables, VisitCountsTable, VisitShapesTable } from './tables.ts';
import { outlineOf, shapeOf, type VisitResult, type VisitShape } from './visit-shape.ts';

type Db = Kysely<Tables>;
export type BucketSize = VisitCountsTable['size'];

/** Characters of a time in UTC that name its bucket. */
export const nameLength: Readonly<Record<BucketSize, number>> = {
  hour: 'YYYY-MM-DDTHH'.length,
  day: 'YYYY-MM-DD'.length,
};

const bucketSizes: readonly BucketSize[] = ['hour', 'day'];

/** A visit in full and in outline. */
export interface VisitShapes {
  readonly full: VisitShape;
  readonly outline: VisitShape;
}

/** The last ones by what they were made of: most visits are like one of the last thousand. */
const known = new Map<string, VisitShapes>();
const mostKnown = 1_000;

export function shapesOf({ nat, attempts, servers, findings }: VisitResult): VisitShapes {
  const key = JSON.stringify([
    nat,
    attempts.map(({ path, transport, succeeded, blame, cause }) => [
      path,
      transport,
      succeeded,
      blame,
      cause,
    ]),
    servers.map(({ url, transport, succeeded, blame, cause }) => [url, transport, succeeded, blame, cause]),
    findings,
  ]);
  let shapes = known.get(key);
  if (shapes === undefined) {
    const result = { nat, attempts, servers, findings };
    shapes = { full: shapeOf(result), outline: outlineOf(result) };
    if (known.size >= mostKnown) known.clear();
    known.set(key, shapes);
  }
  return shapes;
}

/** Ids of shapes. */
export type CountedShapes = Readonly<Record<VisitCountsTable['detail'], string>>;

export function idsOf({ full, outline }: VisitShapes): CountedShapes {
  return { full: full.id, outline: outline.id };
}

/** Those that are known are left as they are. */
export async function addShapes(db: Db, visits: readonly VisitShapes[]): Promise<void> {
  const added = await addNew(
    db,
    visits.map(({ full, outline }) => ({ ...full, outline: outline.id })),
  );
  // With a full shape its outline is known.
  const outlines = visits.filter(({ full }) => added.has(full.id)).map(({ outline }) => outline);
  await addNew(
    db,
    outlines.map((outline) => ({ ...outline, outline: null })),
  );
}

/** Ids of those that were new. */
async function addNew(
  db: Db,
  shapes: readonly (VisitShape & Pick<VisitShapesTable, 'outline'>)[],
): Promise<ReadonlySet<string>> {
  if (shapes.length === 0) return new Set();
  const byId = new Map(shapes.map((shape) => [shape.id, shape]));
  // In this order everywhere: two that add the same ones never wait for each other crosswise.
  const ordered = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const added = await db
    .insertInto('visit_shapes')
    .values(ordered.map(({ id, nat, outline }) => ({ id, nat, outline })))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  const ids = new Set(added.map(({ id }) => id));
  const fresh = ordered.filter(({ id }) => ids.has(id));
  const outcomes = fresh.flatMap(({ id, outcomes: all }) =>
    all.map((outcome, seq) => ({ shape: id, seq, ...outcome })),
  );
  const findings = fresh.flatMap(({ id, findings: all }) => all.map((cause) => ({ shape: id, cause })));
  await insertRows(db, 'shape_outcomes', outcomes);
  await insertRows(db, 'shape_findings', findings);
  return ids;
}

export interface CountedVisit {
  readonly countedAt: string;
  /** Absent: the store does not know of projects yet. */
  readonly project?: string;
  readonly shapes: CountedShapes;
}

type CounterRow = Insertable<VisitCountsTable>;

/** What is to be added to counters, each once. */
export class CounterSums {
  readonly #sums = new Map<string, Omit<CounterRow, 'slot'>>();

  add({ countedAt, shapes, project }: CountedVisit, visits: number): void {
    for (const detail of ['full', 'outline'] as const) {
      for (const [place, size] of bucketSizes.entries()) {
        const counter = {
          detail,
          size,
          bucket: countedAt.slice(0, nameLength[size]),
          shape: shapes[detail],
          ...(project !== undefined && { project }),
        };
        const key = [detail, place, counter.bucket, counter.shape, project].join(' ');
        this.#sums.set(key, { ...counter, visits: (this.#sums.get(key)?.visits ?? 0) + visits });
      }
    }
  }

  /** In the same order for everybody: two that count the same visits never wait for each other crosswise. */
  rows(slot: number): CounterRow[] {
    return [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => ({ ...sum, slot }));
  }
}

/**
 * @param slots see `Engine`
 * @param by 1, or -1 to take them back
 */
export async function changeCounts(
  db: Db,
  slots: number,
  visits: readonly CountedVisit[],
  by: 1 | -1,
): Promise<void> {
  const sums = new CounterSums();
  for (const visit of visits) sums.add(visit, by);
  // Slot 0 belongs to the buckets that are settled.
  await addCounts(db, sums.rows(slots === 1 ? 0 : randomInt(1, slots + 1)));
}

export async function addCounts(db: Db, rows: readonly CounterRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('visit_counts')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['detail', 'size', 'bucket', 'shape', 'slot', 'project'])
        .doUpdateSet((eb) => ({ visits: eb('visit_counts.visits', '+', eb.ref('excluded.visits')) })),
    )
    .execute();
}
