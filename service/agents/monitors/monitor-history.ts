/** What monitors have seen: over time, between regions, and for everybody. */
import type {
  CellKey,
  MonitorEvent,
  MonitorHistory,
  MonitorHistoryQuery,
  MonitorPoint,
  PublicStatus,
  RegionMatrix,
} from '../../../contract/fleet/monitor.ts';
import { wilsonRate } from '../../../contract/wilson.ts';
import { sees } from '../../projects/scope.ts';
import type { MonitorStore, ResultStore } from '../../store/fleet/fleet-store.ts';
import type { StoredCell, StoredMonitor } from '../../store/fleet/monitor-queries.ts';
import type { CountedResults, MonitorResult, ResultRange } from '../../store/fleet/result-queries.ts';
import type { Reads } from '../../store/projects-read.ts';
import { toUtc } from '../../store/utc.ts';
import { cellName, cellsOf } from '../judge/cell-key.ts';
import { worstState } from '../judge/cell-state.ts';
import { summarize } from '../judge/latency-slots.ts';
import { dayAgo, pointsOf } from './monitor-view.ts';

const dayMs = 86_400_000;
/** How far back is shown where nobody says it. */
const usualDays: Readonly<Record<MonitorHistoryQuery['bucket'], number>> = { result: 1, hour: 7, day: 90 };
/** Single results are shown as far as they are kept and a chart can take them. */
const mostResults = 20_000;
const statusDays = 90;

export class MonitorHistories {
  readonly #monitors: MonitorStore;
  readonly #results: ResultStore;

  constructor(monitors: MonitorStore, results: ResultStore) {
    this.#monitors = monitors;
    this.#results = results;
  }

  async of({ id, spec }: StoredMonitor, query: MonitorHistoryQuery, now: Date): Promise<MonitorHistory> {
    const range = rangeOf(query, now);
    const [results, counts, events] = await Promise.all([
      query.bucket === 'result' ? this.#results.list(id, range, mostResults) : [],
      this.#results.counts(id, range, query.bucket === 'day' ? 'day' : 'hour'),
      this.#monitors.events(id, range.since, range.until),
    ]);
    const keys = cellsOf(spec).filter(
      ({ region, transport }) =>
        (query.region ?? region) === region && (query.transport ?? transport) === transport,
    );
    const byName = new Map(keys.map((key) => [cellName(key), key]));
    const series = keys.map((key) => {
      const name = cellName(key);
      const mine = counts.filter(({ cell }) => cell === name);
      const { succeeded, attempts } = summarize(mine);
      const points =
        query.bucket === 'result' ? results.filter(({ cell }) => cell === name).map(pointOf) : pointsOf(mine);
      return { ...key, total: wilsonRate(succeeded, attempts), points };
    });
    const shown = events.flatMap(({ id: _id, monitor: _monitor, cell, ...event }): MonitorEvent[] => {
      const key = byName.get(cell);
      return key === undefined ? [] : [{ ...key, ...event }];
    });
    return { bucket: query.bucket, ...range, series, events: shown };
  }

  /** Every connection of the mesh monitors, the last 24 hours. */
  async matrix(now: Date, reads: Reads): Promise<RegionMatrix> {
    const meshes = (await this.#monitors.list()).filter(
      ({ spec, project }) => spec.kind === 'mesh' && sees(reads, project),
    );
    const cells = await Promise.all(
      meshes.map(async ({ id, spec }) => {
        const counts = await this.#results.counts(id, dayAgo(now), 'hour');
        const stored = await this.#monitors.cells(id);
        return cellsOf(spec).map((key) => matrixCell(id, key, stored, counts));
      }),
    );
    const regions = new Set(meshes.flatMap(({ spec }) => spec.regions));
    return { regions: [...regions].sort(), cells: cells.flat() };
  }

  /** What everybody may know of the public monitors. */
  async status(now: Date): Promise<PublicStatus> {
    const open = (await this.#monitors.list()).filter(({ spec }) => spec.public && !spec.paused);
    const since = new Date(now.getTime() - statusDays * dayMs).toISOString();
    const monitors = await Promise.all(
      open.map(async ({ id, spec }) => {
        const counts = await this.#results.counts(id, { since, until: now.toISOString() }, 'day');
        const cells = await this.#monitors.cells(id);
        return publicView(spec, cells, counts);
      }),
    );
    return { at: now.toISOString(), monitors };
  }
}

function rangeOf({ bucket, since, until }: MonitorHistoryQuery, now: Date): ResultRange {
  // The end is exclusive, and what has come just now is shown.
  const end = until === undefined ? new Date(now.getTime() + 1).toISOString() : toUtc(until, now);
  const usual = new Date(Date.parse(end) - usualDays[bucket] * dayMs);
  return { since: since === undefined ? usual.toISOString() : toUtc(since, usual), until: end };
}

function pointOf({ at, succeeded, latencyMs }: MonitorResult): MonitorPoint {
  return { at, attempts: 1, succeeded: succeeded ? 1 : 0, p50Ms: latencyMs, p95Ms: latencyMs };
}

function matrixCell(
  monitor: string,
  key: CellKey,
  stored: readonly StoredCell[],
  counts: readonly CountedResults[],
): RegionMatrix['cells'][number] {
  const name = cellName(key);
  const cell = stored.find((each) => each.cell === name);
  const { attempts, succeeded, p50Ms } = summarize(counts.filter((each) => each.cell === name));
  return {
    monitor,
    ...key,
    state: cell?.state ?? 'unknown',
    rate: wilsonRate(succeeded, attempts),
    p50Ms,
    lastAt: cell?.lastAt ?? null,
    run: cell?.run ?? null,
    lastFailure: cell?.lastFailure ?? null,
  };
}

function publicView(
  { name, regions }: StoredMonitor['spec'],
  cells: readonly StoredCell[],
  counts: readonly CountedResults[],
): PublicStatus['monitors'][number] {
  const state = worstState(cells.map((cell) => cell.state));
  const since = cells.filter((cell) => cell.state === state).map((cell) => cell.since);
  const known = since.filter((at) => at !== null).sort();
  return {
    name,
    state,
    since: known[0] ?? null,
    regions: regions.map((region) => ({
      region,
      state: worstState(cells.filter((cell) => cell.region === region).map((cell) => cell.state)),
    })),
    days: pointsOf(counts).map(({ at, attempts, succeeded }) => ({ at, attempts, succeeded })),
  };
}
