/** Tables as Kysely sees them. Times are UTC text (see utc.ts), truth values 0 or 1, so that any SQL database fits. */
import type { Path, Rung, Transport } from '../../contract/basics.ts';
import type { EnvelopeKind } from '../../contract/envelope.ts';
import type { Blame } from '../../contract/failures.ts';
import type { Behaviour, LegacyName } from '../../contract/nat-report.ts';
import type { RunSummary } from '../../contract/runs.ts';
import type { serverAuths } from '../../contract/servers.ts';

export interface RunsTable {
  id: string;
  kind: EnvelopeKind;
  at: string;
  stored_at: string;
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
  servers: ServersTable;
  server_tests: ServerTestsTable;
}
