import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Envelope } from '../../contract/envelope.ts';
import type { RunSummary } from '../../contract/runs.ts';
import { type Engine, monthLength } from './engine.ts';
import { newCode } from './run-code.ts';
import { findByDigest } from './run-queries.ts';
import { type Digested, digestReport } from './summary.ts';
import type { Tables } from './tables.ts';
import { addShapes, countVisit, shapesOf } from './visit-counts.ts';

type Db = Kysely<Tables>;
/** Of the run’s row, what is not in its summary. */
type Stored = Readonly<{ digest: string; report: string }>;

/** A letter first: an id must not look like an option on a command line. */
function newRunId(): string {
  return `r${randomBytes(12).toString('base64url')}`;
}

export async function addReport(
  db: Db,
  engine: Engine,
  envelope: Envelope,
  storedAt: Date,
): Promise<{ summary: RunSummary; added: boolean }> {
  // Parsing has put the keys into the schema’s order, so equal reports have equal text.
  const report = JSON.stringify(envelope);
  const digest = createHash('sha256').update(report).digest('hex');
  for (;;) {
    const code = envelope.kind === 'visit-report' ? newCode() : null;
    const digested = digestReport(envelope, newRunId(), storedAt, code);
    await engine.makeMonths(db, monthsToMake(digested.countedAt, storedAt));
    const added = await db
      .transaction()
      .execute((trx) => insertRun(trx, engine, digested, { digest, report }));
    if (added) return { summary: digested.summary, added };
    const known = await findByDigest(db, digest);
    if (known !== null) return { summary: known, added };
    // Neither stored now nor before: another visit has the code, or the same report was deleted just now.
  }
}

/** This month and the one before; a sender’s clock may be wrong by years, and for such times nothing is made ready. */
function monthsToMake(countedAt: string, storedAt: Date): string[] {
  const monthBefore = new Date(Date.UTC(storedAt.getUTCFullYear(), storedAt.getUTCMonth() - 1));
  return countedAt < monthBefore.toISOString() ? [] : [countedAt.slice(0, monthLength)];
}

/** False: the report is there already, or its code is taken. */
async function insertRun(
  db: Db,
  engine: Engine,
  { summary, attempts, servers, causes, countedAt }: Digested,
  stored: Stored,
): Promise<boolean> {
  const ofRun = { run_id: summary.id, counted_at: countedAt };
  const attemptRows = attempts.map(({ setupMs, succeeded, ...attempt }, seq) => ({
    ...ofRun,
    seq,
    ...attempt,
    succeeded: succeeded ? (1 as const) : (0 as const),
    setup_ms: setupMs,
  }));
  const serverRows = servers.map((server, seq) => ({
    ...ofRun,
    seq,
    ...server,
    succeeded: server.succeeded ? (1 as const) : (0 as const),
  }));
  const nat = summary.nat?.legacy ?? null;
  const shapes =
    summary.kind === 'visit-report'
      ? shapesOf({ nat, attempts: attemptRows, servers: serverRows, findings: causes })
      : null;
  const run = await db
    .insertInto('runs')
    .values({
      id: summary.id,
      kind: summary.kind,
      at: summary.at,
      stored_at: summary.storedAt,
      counted_at: countedAt,
      status: summary.headline.status,
      code: summary.headline.code,
      sentence: summary.headline.sentence,
      nat_mapping: summary.nat?.mapping ?? null,
      nat_filtering: summary.nat?.filtering ?? null,
      nat_legacy: nat,
      turn: summary.turn === null ? null : JSON.stringify(summary.turn),
      target: summary.turn?.uri ?? null,
      source: summary.source,
      duration_ms: summary.durationMs,
      visit_code: summary.code,
      link_id: summary.link,
      visitor: summary.visitor,
      shape: shapes?.full.id ?? null,
      ...stored,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (run.numInsertedOrUpdatedRows === 0n) return false;
  if (attemptRows.length > 0) await db.insertInto('attempts').values(attemptRows).execute();
  if (serverRows.length > 0) await db.insertInto('server_results').values(serverRows).execute();
  if (causes.length > 0) {
    const rows = causes.map((cause) => ({ ...ofRun, cause }));
    await db.insertInto('run_causes').values(rows).execute();
  }
  if (shapes !== null) {
    await addShapes(db, shapes);
    const ids = { full: shapes.full.id, outline: shapes.outline.id };
    await countVisit(db, engine, { countedAt, shapes: ids, visits: 1 });
  }
  return true;
}
