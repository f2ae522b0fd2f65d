/** A report as the rows that it becomes. Pure. */
import type { Envelope } from '../../contract/envelope.ts';
import type { RunSummary } from '../../contract/runs.ts';
import type { ReportIdentity } from './report-identity.ts';
import { digestReport } from './summary.ts';
import type { AttemptsTable, RunCausesTable, RunsTable, ServerResultsTable } from './tables.ts';
import { shapesOf, type VisitShapes } from './visit-counts.ts';

export interface ReportRows {
  readonly summary: RunSummary;
  readonly run: RunsTable;
  readonly attempts: readonly AttemptsTable[];
  readonly servers: readonly ServerResultsTable[];
  readonly causes: readonly RunCausesTable[];
  /** Null: it is no visit. */
  readonly shapes: VisitShapes | null;
}

export interface ReportKeys extends ReportIdentity {
  /** A visit’s short code. */
  readonly code: string | null;
  readonly storedAt: Date;
  readonly project: string;
}

export function reportRows(envelope: Envelope, keys: ReportKeys): ReportRows {
  const { id, code, storedAt, text, digest, project } = keys;
  const { summary, countedAt, ...digested } = digestReport(envelope, id, storedAt, code);
  const [run_id, counted_at] = [id, countedAt];
  // Field by field: of what is spread here, thousands of rows a second, twice as much outlives two collections.
  const attempts = digested.attempts.map((attempt, seq) => {
    const { path, transport, rung, setupMs: setup_ms, blame, cause } = attempt;
    const succeeded = bit(attempt.succeeded);
    return { run_id, counted_at, seq, path, transport, rung, succeeded, setup_ms, blame, cause };
  });
  const servers = digested.servers.map(({ url, transport, succeeded, blame, cause }, seq) => {
    return { run_id, counted_at, seq, url, transport, succeeded: bit(succeeded), blame, cause };
  });
  const nat = summary.nat?.legacy ?? null;
  const shapes =
    summary.kind === 'visit-report' ? shapesOf({ nat, attempts, servers, findings: digested.causes }) : null;
  return {
    summary,
    run: {
      id,
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
      digest,
      visit_code: summary.code,
      link_id: summary.link,
      visitor: summary.visitor,
      project,
      shape: shapes?.full.id ?? null,
      report: text,
    },
    attempts,
    servers,
    causes: digested.causes.map((cause) => ({ run_id, counted_at, cause })),
    shapes,
  };
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
