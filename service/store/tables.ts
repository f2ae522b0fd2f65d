/** Tables as Kysely sees them. Times are UTC text (see utc.ts), truth values 0 or 1, so that any SQL database fits. */
import type { Path, Rung, Transport } from '../../contract/basics.ts';
import type { CheckCauseId } from '../../contract/check-causes.ts';
import type { EnvelopeKind } from '../../contract/envelope.ts';
import type { Blame, FailureCode } from '../../contract/failures.ts';
import type { Behaviour, LegacyName } from '../../contract/nat-report.ts';
import type { RunSummary } from '../../contract/runs.ts';
import type { serverAuths } from '../../contract/servers.ts';

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

/** What the visits of an hour came to: see visit-hours.ts. */
export interface VisitHoursTable {
  /** The start of its UTC time, `YYYY-MM-DDTHH`. */
  hour: string;
  /** Which visits: JSON array of path, NAT class and server, null where any. */
  filter: string;
  /** JSON of a `VisitTally`; null: no visits. */
  tally: string | null;
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

export interface Tables {
  runs: RunsTable;
  attempts: AttemptsTable;
  server_results: ServerResultsTable;
  run_causes: RunCausesTable;
  visit_hours: VisitHoursTable;
  links: LinksTable;
  servers: ServersTable;
  server_tests: ServerTestsTable;
}
