/** A monitor as the dashboard shows it, from what is stored. */
import type { CellKey, MonitorCell, MonitorPoint, MonitorView } from '../../../contract/fleet/monitor.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import { probeTargets, turnTargets } from '../../servers/probe-targets.ts';
import type { KnownServer } from '../../servers/server-list.ts';
import type { StoredCell, StoredMonitor } from '../../store/fleet/monitor-queries.ts';
import type { CountedResults, ResultRange } from '../../store/fleet/result-queries.ts';
import { cellName, cellsOf } from '../judge/cell-key.ts';
import { worstState } from '../judge/cell-state.ts';
import { daysUntil, urlFor } from '../judge/judge-result.ts';
import { summarize } from '../judge/latency-slots.ts';

export interface ViewParts {
  readonly monitor: StoredMonitor;
  readonly cells: readonly StoredCell[];
  /** Of the last 24 hours, by the hour. */
  readonly counts: readonly CountedResults[];
  readonly servers: readonly KnownServer[];
  /** Regions with an agent that is there. */
  readonly peopled: ReadonlySet<string>;
  readonly now: Date;
}

export function dayAgo(now: Date): ResultRange {
  return { since: new Date(now.getTime() - 86_400_000).toISOString(), until: now.toISOString() };
}

export function monitorView(parts: ViewParts): MonitorView {
  const { id, createdAt, webhookSecret, spec } = parts.monitor;
  const { webhook, ...rest } = spec;
  const server = parts.servers.find((each) => each.id === spec.server);
  const cells = cellsOf(spec).map((key) => cellView(key, server, parts));
  return {
    id,
    ...rest,
    serverLabel: server?.label ?? null,
    createdAt,
    webhook: webhook === null ? null : { url: webhook.url, hasSecret: webhookSecret !== null },
    state: worstState(cells.map(({ state }) => state)),
    cells,
  };
}

function cellView(key: CellKey, server: KnownServer | undefined, parts: ViewParts): MonitorCell {
  const { monitor, now } = parts;
  const name = cellName(key);
  const cell = parts.cells.find((each) => each.cell === name);
  const counts = parts.counts.filter((each) => each.cell === name);
  const { attempts, succeeded, p50Ms, p95Ms } = summarize(counts);
  const endsAt = cell?.certificateEndsAt ?? null;
  const state = monitor.spec.paused ? 'unknown' : (cell?.state ?? 'unknown');
  return {
    ...key,
    url: urlOf(monitor, key, server),
    state,
    reason: state === 'unknown' ? whyUnknown(key, cell, parts) : (cell?.reason ?? ''),
    since: cell?.since ?? null,
    lastAt: cell?.lastAt ?? null,
    day: { rate: wilsonRate(succeeded, attempts), p50Ms, p95Ms },
    hours: pointsOf(counts),
    certificateDays: endsAt === null ? null : daysUntil(Date.parse(endsAt), now.getTime()),
    lastFailure: cell?.lastFailure ?? null,
  };
}

export function urlOf(
  { spec }: StoredMonitor,
  { transport }: Pick<CellKey, 'transport'>,
  server: KnownServer | undefined,
): string | null {
  if (spec.kind === 'mesh' || server === undefined) return null;
  return urlFor(spec.kind === 'probe' ? probeTargets([server]) : turnTargets(server), transport);
}

function whyUnknown(
  { region, peer }: CellKey,
  cell: StoredCell | undefined,
  { monitor, peopled }: ViewParts,
): string {
  if (monitor.spec.paused) return 'The monitor is paused.';
  const empty = [region, peer].find((each) => each !== null && !peopled.has(each));
  if (empty !== undefined) return `No agent of the region ${empty} is connected.`;
  if (cell === undefined || cell.lastAt === null) return 'No result has come yet.';
  return cell.reason;
}

/** By bucket, oldest first; what has no results has no point. */
export function pointsOf(counts: readonly CountedResults[]): MonitorPoint[] {
  return [...new Set(counts.map(({ bucket }) => bucket))].sort().map((bucket) => ({
    at: startOf(bucket),
    ...summarize(counts.filter((each) => each.bucket === bucket)),
  }));
}

/** `YYYY-MM-DD` or `YYYY-MM-DDTHH` → its beginning. */
function startOf(bucket: string): string {
  return bucket.length > 10 ? `${bucket}:00:00.000Z` : `${bucket}T00:00:00.000Z`;
}
