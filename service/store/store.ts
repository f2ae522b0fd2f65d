/** What the service needs of a database. SQLite and PostgreSQL give it; one test-suite runs against both. */
import type { Breakdown, BreakdownQuery } from '../../contract/breakdown.ts';
import type { Envelope } from '../../contract/envelope.ts';
import type { LinkView } from '../../contract/links.ts';
import type {
  RunDetail,
  RunList,
  RunQuery,
  RunSummary,
  SuccessQuery,
  SuccessSeries,
} from '../../contract/runs.ts';
import type { ServerInput, ServerView } from '../../contract/servers.ts';
import type { AccessStore } from './access/access-store.ts';
import type { FleetStore } from './fleet/fleet-store.ts';

/** A server of the list with its secret. Never leaves the service as it is. */
export interface StoredServer {
  readonly id: string;
  readonly label: string;
  readonly urls: readonly string[];
  readonly username: string | null;
  readonly auth: ServerInput['auth'];
  readonly credential: string | null;
  readonly enabled: boolean;
}

export type LastTest = NonNullable<ServerView['lastTest']>;

/** A link without what follows from its visits and the present time. */
export type StoredLink = Omit<LinkView, 'state' | 'visits' | 'lastVisitAt'>;
export type LinkRecord = Omit<LinkView, 'state'>;

export interface Store {
  /** Agents, jobs and monitors. */
  readonly fleet: FleetStore;
  /** Sessions, API keys and the audit log. */
  readonly access: AccessStore;

  /**
   * Stores a report once: a second one with the same content gives the first one’s id and `added: false`. When the
   * promise resolves, the report is on the disk and survives `kill -9` and loss of power. The id follows from the content.
   * @param told the code that the visitor was told already
   */
  addReport(
    envelope: Envelope,
    storedAt: Date,
    told?: string | null,
  ): Promise<{ summary: RunSummary; added: boolean }>;
  listRuns(query: RunQuery): Promise<RunList>;
  /** Turn-reports about these URIs, newest first, at most `perUri` of each. */
  turnRuns(uris: readonly string[], perUri: number): Promise<RunSummary[]>;
  getRun(id: string): Promise<RunDetail | null>;
  /** False when there was none. */
  deleteRun(id: string): Promise<boolean>;
  countRuns(): Promise<number>;
  /** Id of the run with that code. */
  runOfCode(code: string): Promise<string | null>;
  success(query: SuccessQuery, now: Date): Promise<SuccessSeries>;
  breakdown(query: BreakdownQuery, now: Date): Promise<Breakdown>;

  /** In the order in which they were added. */
  listServers(): Promise<StoredServer[]>;
  addServer(server: StoredServer, now: Date): Promise<void>;
  updateServer(server: StoredServer): Promise<boolean>;
  deleteServer(id: string): Promise<boolean>;
  /** Newest test of each server, by server id. */
  lastTests(): Promise<ReadonlyMap<string, LastTest>>;
  saveTest(serverId: string, test: LastTest): Promise<void>;

  /** @param tokenHash SHA-256 of its token; the token itself is never stored */
  addLink(link: StoredLink, tokenHash: string): Promise<void>;
  /** Newest first. */
  listLinks(): Promise<LinkRecord[]>;
  findLink(tokenHash: string): Promise<StoredLink | null>;
  /** False when there was none; a link that was revoked before stays as it is. */
  revokeLink(id: string, now: Date): Promise<boolean>;

  /**
   * To be called every hour or so: makes room for what is to come, and deletes reports older than `keepDays`; null keeps
   * all. The statistics keep what they have counted. Resolves to how many reports it has deleted.
   */
  keep(now: Date, keepDays: number | null, signal: AbortSignal): Promise<number>;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
