/** Tables as Kysely sees them. Times are UTC text (see utc.ts), truth values 0 or 1, so that any SQL database fits. */
import type { Path, Rung, Transport } from '../../contract/basics.ts';
import type { CheckCauseId } from '../../contract/check-causes.ts';
import type { EnvelopeKind } from '../../contract/envelope.ts';
import type { Blame, FailureCode } from '../../contract/failures.ts';
import type { Behaviour, LegacyName } from '../../contract/nat-report.ts';
import type { RunSummary } from '../../contract/runs.ts';
import type { serverAuths } from '../../contract/servers.ts';
import type { AccessTables } from './access/access-tables.ts';
import type { FleetTables } from './fleet/fleet-tables.ts';

export interface RunsTable {
  id: string;
  kind: EnvelopeKind;
  at: string;
  stored_at: string;
  /** The hour that statistics count it in: `at`, but never later than `stored_at`. */
  counted_at: string;
  status: RunSummary['headline']['status'];
  code: string;
  sentence: string;
  nat_mapping: Behaviour | null;
  nat_filtering: Behaviour | null;
  nat_legacy: LegacyName | null;
  /** JSON of the `TurnTally` of a turn-report. */
  turn: string | null;
  /** The URI that a turn-report is about. */
  target: string | null;
  source: string;
  duration_ms: number;
  /** SHA-256 of the report’s canonical JSON: the same report is stored once. */
  digest: string;
  /** visit-report: the short code that its visitor knows. */
  visit_code: string | null;
  link_id: string | null;
  visitor: string | null;
  /** visit-report: its row in `visit_shapes`. */
  shape: string | null;
  /** The whole envelope as JSON. */
  report: string;
}

export interface AttemptsTable {
  run_id: string;
  seq: number;
  counted_at: string;
  path: Path;
  transport: Transport | null;
  rung: Rung;
  succeeded: 0 | 1;
  setup_ms: number | null;
  blame: Blame | null;
  cause: FailureCode | null;
}

/** What one server URL did in one run; skipped ones have no row. */
export interface ServerResultsTable {
  run_id: string;
  seq: number;
  counted_at: string;
  url: string;
  transport: Transport;
  succeeded: 0 | 1;
  blame: Blame | null;
  cause: FailureCode | null;
}

/** A cause that the Check page told its visitor of. */
export interface RunCausesTable {
  run_id: string;
  counted_at: string;
  cause: CheckCauseId;
}

/** What a visit came to, as statistics see it: see visit-shape.ts. */
export interface VisitShapesTable {
  id: string;
  nat: LegacyName | null;
  /** The outline of a full shape; null: it is one. */
  outline: string | null;
}

export interface ShapeOutcomesTable {
  shape: string;
  seq: number;
  subject: 'attempt' | 'server';
  /** Of an attempt. */
  path: Path | null;
  /** Of a server. */
  url: string | null;
  transport: Transport | null;
  succeeded: 0 | 1;
  blame: Blame | null;
  cause: FailureCode | null;
  /** Attempts, or tries of the server, in a visit of this shape. */
  times: number;
}

export interface ShapeFindingsTable {
  shape: string;
  cause: CheckCauseId;
}

/** How many visits of a shape came in an hour or a day; the sum of the slots counts. */
export interface VisitCountsTable {
  /** Of full shapes or of their outlines; every visit is counted as both. */
  detail: 'full' | 'outline';
  size: 'hour' | 'day';
  /** The start of its UTC time, `YYYY-MM-DDTHH` or `YYYY-MM-DD`. */
  bucket: string;
  shape: string;
  slot: number;
  visits: number;
}

export interface LinksTable {
  id: string;
  /** SHA-256 of the token, in hexadecimal. 128 random bits need no salt. */
  token_hash: string;
  label: string;
  /** JSON array of server ids; null: the enabled ones. */
  servers: string | null;
  consent: string | null;
  contact: string | null;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
}

export interface ServersTable {
  id: string;
  label: string;
  /** JSON array of URIs. */
  urls: string;
  username: string | null;
  auth: (typeof serverAuths)[number];
  /** Needed in clear to authenticate with; leaves the store only towards the TURN client and the browser. */
  credential: string | null;
  enabled: 0 | 1;
  created_at: string;
}

export interface ServerTestsTable {
  server_id: string;
  at: string;
  /** JSON array of `ServerResult`. */
  results: string;
}

export interface Tables extends FleetTables, AccessTables {
  runs: RunsTable;
  attempts: AttemptsTable;
  server_results: ServerResultsTable;
  run_causes: RunCausesTable;
  visit_shapes: VisitShapesTable;
  shape_outcomes: ShapeOutcomesTable;
  shape_findings: ShapeFindingsTable;
  visit_counts: VisitCountsTable;
  links: LinksTable;
  servers: ServersTable;
  server_tests: ServerTestsTable;
}
