/** What the charts of a monitor show; the URL of its page holds it. Pure. */
import { z } from 'zod';
import { type Transport, transportSchema } from '../../../contract/basics.ts';
import { type PairPath, pairPathSchema } from '../../../contract/fleet/job.ts';
import type {
  CellKey,
  MonitorHistory,
  MonitorHistoryQuery,
  MonitorView,
} from '../../../contract/fleet/monitor.ts';
import { sinceOf } from '../search/time-range.ts';

/** How far back, and by what: each result of a day, the hours of a week, the days of a quarter. */
export const historyRanges = ['24h', '7d', '30d', '90d'] as const;
export type HistoryRange = (typeof historyRanges)[number];

export const historyViewSchema = z.object({
  range: z.enum(historyRanges).catch('7d'),
  transport: transportSchema.optional().catch(undefined),
  path: pairPathSchema.optional().catch(undefined),
});
export type HistoryView = z.infer<typeof historyViewSchema>;

const buckets = { '24h': 'result', '7d': 'hour', '30d': 'day', '90d': 'day' } as const;

export function historyQueryOf(range: HistoryRange, nowMs: number): MonitorHistoryQuery {
  return { bucket: buckets[range], since: sinceOf(range, nowMs) };
}

const bucketMs = { hour: 3_600_000, day: 86_400_000 } as const;

/** Points further apart than this have something missing between them. */
export function stepMsOf({ bucket }: Pick<MonitorHistory, 'bucket'>, { intervalSec }: MonitorView): number {
  return bucket === 'result' ? intervalSec * 1000 : bucketMs[bucket];
}

export type HistorySeries = MonitorHistory['series'][number];

/** What the lines of one picture have in common. */
export interface HistoryGroup {
  readonly transport: Transport;
  readonly path: PairPath | null;
}

export interface ShownHistory {
  /** The pictures that there are to choose from, in the order of the series. */
  readonly groups: readonly HistoryGroup[];
  /** The one that the view asks for, or the first; undefined: there is none. */
  readonly group: HistoryGroup | undefined;
  /** Its lines. */
  readonly series: readonly HistorySeries[];
}

export function shownHistory({ series }: Pick<MonitorHistory, 'series'>, view: HistoryView): ShownHistory {
  const groups = groupsOf(series);
  const isAskedFor = ({ transport, path }: HistoryGroup) =>
    (view.transport ?? transport) === transport && (view.path ?? path) === path;
  const group = groups.find(isAskedFor) ?? groups[0];
  const isOfGroup = ({ transport, path }: CellKey) => transport === group?.transport && path === group.path;
  return { groups, group, series: series.filter(isOfGroup) };
}

function groupsOf(series: readonly CellKey[]): HistoryGroup[] {
  const groups = new Map(
    series.map(({ transport, path }) => [`${transport} ${path}`, { transport, path }] as const),
  );
  return [...groups.values()];
}
