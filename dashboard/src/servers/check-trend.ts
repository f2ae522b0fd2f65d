/** The history of checks in words, as a table, and as lines. Pure. */
import type { Transport } from '../../../contract/basics.ts';
import type { RunSummary } from '../../../contract/runs.ts';
import type { TurnTally } from '../../../contract/turn-tally.ts';
import type { ChartTable } from '../charts/chart-table.ts';
import { formatShortMoment } from '../format/moment.ts';
import { words } from '../words.ts';

export interface Trend {
  readonly uri: string;
  readonly transport: Transport;
  /** Oldest first. */
  readonly points: readonly { readonly atMs: number; readonly faults: number; readonly tally: TurnTally }[];
}

/** @param history newest first, as the service gives it */
export function trendsOf(history: readonly RunSummary[]): Trend[] {
  const trends = new Map<string, Trend['points'][number][]>();
  for (const { at, turn } of history.toReversed()) {
    if (turn === null) continue;
    const points = trends.get(turn.uri) ?? [];
    points.push({ atMs: Date.parse(at), faults: turn.counts.failed + turn.counts.warned, tally: turn });
    trends.set(turn.uri, points);
  }
  return [...trends].map(([uri, points]) => ({
    uri,
    transport: points[0]?.tally.transport ?? 'udp',
    points,
  }));
}

/** Which runs an axis names: from the first on at equal steps, `most` of them or fewer. */
export function namedRuns(runs: number, most: number): number[] {
  const step = Math.max(1, Math.ceil((runs - 1) / Math.max(1, most - 1)));
  return Array.from({ length: Math.floor((runs - 1) / step) + 1 }, (_, index) => index * step);
}

export function trendFinding(trends: readonly Trend[]): string {
  return trends
    .flatMap(({ uri, points }) => {
      const now = points.at(-1);
      return now === undefined ? [] : [words.serverChecks.trend(uri, now.tally, points.at(-2)?.tally)];
    })
    .join(' ');
}

export function trendTable(history: readonly RunSummary[]): ChartTable {
  return {
    caption: words.serverChecks.historyTitle,
    columns: words.serverChecks.trendColumns,
    rows: history.flatMap(({ at, turn }) =>
      turn === null ? [] : [[formatShortMoment(at), ...words.serverChecks.trendRow(turn)]],
    ),
  };
}
