/** Reports into the store: all that came at about the same time in one transaction, with what is counted of them. */
import type { Kysely } from 'kysely';
import type { Envelope } from '../../contract/envelope.ts';
import { defaultProject } from '../../contract/projects.ts';
import type { RunSummary } from '../../contract/runs.ts';
import { type Engine, monthLength } from './engine.ts';
import { identify, type ReportIdentity } from './report-identity.ts';
import { type ReportRows, reportRows } from './report-rows.ts';
import { newCode } from './run-code.ts';
import { findByDigests } from './run-queries.ts';
import type { Tables } from './tables.ts';

type Db = Kysely<Tables>;

/** A report on its way into the store. */
export interface Arrival extends ReportIdentity {
  readonly envelope: Envelope;
  readonly storedAt: Date;
  /** The code that its visitor was told already; null: none. */
  readonly told: string | null;
  readonly project: string;
}

/** `added: false`: it was there already. */
export interface Stored {
  readonly summary: RunSummary;
  readonly added: boolean;
}

export function arrivalOf(
  envelope: Envelope,
  storedAt: Date,
  told: string | null = null,
  project: string = defaultProject,
): Arrival {
  return { ...identify(envelope), envelope, storedAt, told, project };
}

/** Answers come in the order of the arrivals. All are stored, or, when it rejects, perhaps none. */
export async function addReports(db: Db, engine: Engine, arrivals: readonly Arrival[]): Promise<Stored[]> {
  const firsts = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    if (!firsts.has(arrival.digest)) firsts.set(arrival.digest, arrival);
  }
  // In this order everywhere: two nodes that are sent the same reports never wait for each other crosswise.
  const ordered = [...firsts.values()].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const stored = await storeAll(db, engine, ordered);
  return arrivals.map((arrival) => {
    const found = stored.get(arrival.digest);
    if (found === undefined) throw new Error('every report is stored or known');
    return firsts.get(arrival.digest) === arrival ? found : { ...found, added: false };
  });
}

/** By digest. */
async function storeAll(db: Db, engine: Engine, reports: readonly Arrival[]): Promise<Map<string, Stored>> {
  const stored = new Map<string, Stored>();
  for (let missing = reports; missing.length > 0; ) {
    const rows = missing.map(newRows);
    await engine.makeMonths(db, monthsToMake(rows));
    const added = await engine.insertReports(db, rows);
    for (const { run, summary } of rows) {
      if (added.has(run.id)) stored.set(run.digest, { summary, added: true });
    }
    const left = missing.map(({ digest }) => digest).filter((digest) => !stored.has(digest));
    for (const [digest, summary] of await findByDigests(db, left)) {
      stored.set(digest, { summary, added: false });
    }
    // Neither stored now nor before: another visit has the code, or the same report was deleted just now.
    missing = missing
      .filter(({ digest }) => !stored.has(digest))
      .map((report) => ({ ...report, told: null }));
  }
  return stored;
}

function newRows({ envelope, told, id, text, digest, storedAt, project }: Arrival): ReportRows {
  const code = envelope.kind === 'visit-report' ? (told ?? newCode()) : null;
  return reportRows(envelope, { id, text, digest, storedAt, project, code });
}

/** This month and the one before; a sender’s clock may be wrong by years, and for such times nothing is made ready. */
function monthsToMake(reports: readonly ReportRows[]): string[] {
  const months = reports.flatMap(({ run }) => {
    const storedAt = new Date(run.stored_at);
    const monthBefore = new Date(Date.UTC(storedAt.getUTCFullYear(), storedAt.getUTCMonth() - 1));
    return run.counted_at < monthBefore.toISOString() ? [] : [run.counted_at.slice(0, monthLength)];
  });
  return [...new Set(months)];
}
