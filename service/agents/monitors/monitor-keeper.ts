/** What results make of monitors: their series, their states, and the notices of a change. */
import { randomBytes } from 'node:crypto';
import type { Envelope } from '../../../contract/envelope.ts';
import type { CellKey, MonitorCell, MonitorState } from '../../../contract/fleet/monitor.ts';
import type { ServersOf } from '../../servers/server-list.ts';
import type { MonitorStore, NoticeStore, ResultStore } from '../../store/fleet/fleet-store.ts';
import type { StoredCell, StoredMonitor } from '../../store/fleet/monitor-queries.ts';
import type { MonitorOutcome } from '../job-desk.ts';
import { cellName, cellsOf } from '../judge/cell-key.ts';
import { nextState } from '../judge/cell-state.ts';
import { daysUntil, type Judged, judgeExpectations, judgeReport } from '../judge/judge-result.ts';
import { staleAfterMs } from '../judge/schedule.ts';
import { noticeOf } from '../notices/notice.ts';
import { urlOf } from './monitor-view.ts';

/** Of results that are like the one before, a report is kept this often. */
const reportEveryMs = 3_600_000;
/** Others that store results of the same cell at the same moment; then it is given up. */
const mostTries = 5;

export interface MonitorKeeperOptions {
  readonly monitors: MonitorStore;
  readonly results: ResultStore;
  readonly notices: NoticeStore;
  readonly servers: ServersOf;
  readonly now: () => Date;
  /** Stores a report; gives the run’s id. */
  readonly save: (report: Envelope, project: string) => Promise<string>;
  readonly onChange: (id: string, project: string) => void;
  readonly onResult: (outcome: Judged['outcome']) => void;
  readonly onNotice: () => void;
}

interface Found {
  readonly key: CellKey;
  readonly url: string | null;
  readonly report: Envelope;
  readonly judged: Judged;
  readonly certificateEndsAt: string | null;
}

export class MonitorKeeper {
  readonly #options: MonitorKeeperOptions;

  constructor(options: MonitorKeeperOptions) {
    this.#options = options;
  }

  /** Gives the ids of the runs that were stored. */
  async take(outcome: MonitorOutcome): Promise<string[]> {
    const { monitors, onChange, onResult } = this.#options;
    const monitor = await monitors.find(outcome.monitor);
    if (monitor === null) return [];
    const found = await this.#judge(monitor, outcome);
    const cells = new Map((await monitors.cells(monitor.id)).map((cell) => [cell.cell, cell]));
    const runs = new Map<Envelope, string>();
    for (const { key, judged, report } of found) {
      if (runs.has(report) || !this.#isWorthKeeping(cells.get(cellName(key)), judged)) continue;
      runs.set(report, await this.#options.save(report, monitor.project));
    }
    for (const each of found) {
      if (await this.#count(monitor, outcome, each, runs.get(each.report) ?? null))
        onResult(each.judged.outcome);
    }
    onChange(monitor.id, monitor.project);
    return [...runs.values()];
  }

  /** Cells that have not had a result for long: what they said holds no more. */
  async expire(): Promise<void> {
    const { monitors, now, onChange } = this.#options;
    const cells = await monitors.cells();
    for (const monitor of await monitors.list()) {
      if (monitor.spec.paused) continue;
      const before = now().getTime() - staleAfterMs(monitor.spec.intervalSec);
      const stale = cells.filter(
        (cell) =>
          cell.monitor === monitor.id &&
          cell.state !== 'unknown' &&
          cell.lastAt !== null &&
          Date.parse(cell.lastAt) < before,
      );
      for (const cell of stale) {
        const { state, recent } = nextState(cell, { kind: 'stale' }, monitor.spec.damping);
        const reason = `No result has come since ${cell.lastAt}.`;
        await this.#save(monitor, { ...cell, state, recent, reason }, cell, null);
      }
      if (stale.length > 0) onChange(monitor.id, monitor.project);
    }
  }

  async #judge(
    monitor: StoredMonitor,
    { job, outcome, reports, reachedBy }: MonitorOutcome,
  ): Promise<Found[]> {
    const { servers, now } = this.#options;
    const { request } = job;
    const server = (await servers(reachedBy, [monitor.project])).find(({ id }) => id === monitor.spec.server);
    const region = reports[0]?.vantage?.region;
    const ends = new Map(outcome.certificates.map(({ uri, endsAtSec }) => [uri, endsAtSec * 1_000]));
    const mine = cellsOf(monitor.spec).filter((key) => {
      if (key.region !== region) return false;
      if (request.kind !== 'pair') return true;
      return 'region' in request.with && key.peer === request.with.region && key.path === request.path;
    });
    return mine.flatMap((key): Found[] => {
      const url = urlOf(monitor, key, server);
      const endsAt = url === null ? undefined : ends.get(url);
      const daysLeft = endsAt === undefined ? null : daysUntil(endsAt, now().getTime());
      const certificateEndsAt = endsAt === undefined ? null : new Date(endsAt).toISOString();
      for (const report of reports) {
        const raw = judgeReport(report, url);
        if (raw === null) continue;
        const judged = judgeExpectations(raw, monitor.spec.expect, daysLeft);
        return [{ key, url, report, judged, certificateEndsAt }];
      }
      return [];
    });
  }

  /** What went wrong, what has changed, and now and then what has not. */
  #isWorthKeeping(cell: StoredCell | undefined, { outcome }: Judged): boolean {
    if (outcome !== 'good' || cell === undefined || cell.keptAt === null) return true;
    if (!cell.recent.endsWith('g')) return true;
    return this.#options.now().getTime() - Date.parse(cell.keptAt) >= reportEveryMs;
  }

  /** False: this result was counted before. */
  async #count(
    monitor: StoredMonitor,
    { job, agent }: MonitorOutcome,
    found: Found,
    run: string | null,
  ): Promise<boolean> {
    const { results, monitors, now } = this.#options;
    const { key, judged } = found;
    const at = now().toISOString();
    const name = cellName(key);
    const added = await results.add({
      ...{ job: job.id, monitor: monitor.id, cell: name, at, agent: agent.id, run },
      succeeded: judged.outcome !== 'bad',
      latencyMs: judged.latencyMs,
      cause: judged.failure?.code ?? null,
    });
    if (!added) return false;
    for (let tries = 0; tries < mostTries; tries += 1) {
      const was = (await monitors.cells(monitor.id)).find(({ cell }) => cell === name) ?? null;
      const next = nextCell(monitor, was ?? emptyCell(monitor.id, key), { ...found, at, run });
      if (await this.#save(monitor, next, was, judged.failure)) break;
    }
    return true;
  }

  /** False: somebody else was faster; the cell has to be looked at again. */
  async #save(
    monitor: StoredMonitor,
    next: StoredCell,
    was: StoredCell | null,
    cause: Judged['failure'],
  ): Promise<boolean> {
    const { monitors, notices, now, onNotice } = this.#options;
    const from: MonitorState = was?.state ?? 'unknown';
    const at = now().toISOString();
    const changed = from !== next.state;
    if (!(await monitors.saveCell(changed ? { ...next, since: at } : next, was))) return false;
    if (!changed) return true;
    const id = `v${randomBytes(9).toString('base64url')}`;
    const { reason, state: to, run } = next;
    await monitors.addEvent({
      id,
      monitor: monitor.id,
      cell: next.cell,
      at,
      from,
      to,
      reason,
      failure: cause,
      run,
    });
    // The first success of a new monitor is no news.
    if (monitor.spec.webhook === null || (from === 'unknown' && to === 'up' && (was?.since ?? null) === null))
      return true;
    const body = JSON.stringify(noticeOf({ id, at, monitor, cell: next, from, cause }));
    await notices.add({ id, monitor: monitor.id, body, createdAt: at });
    onNotice();
    return true;
  }
}

function emptyCell(monitor: string, key: CellKey): StoredCell {
  return {
    ...{ monitor, cell: cellName(key), ...key },
    ...{ url: null, state: 'unknown', reason: '', since: null, recent: '', lastAt: null },
    ...{ keptAt: null, run: null, certificateEndsAt: null, lastFailure: null },
  };
}

function nextCell(
  { spec }: StoredMonitor,
  cell: StoredCell,
  { url, judged, certificateEndsAt, at, run }: Found & { readonly at: string; readonly run: string | null },
): StoredCell {
  const { state, recent } = nextState(cell, { kind: 'result', outcome: judged.outcome }, spec.damping);
  const lastFailure: MonitorCell['lastFailure'] =
    judged.failure === null ? cell.lastFailure : { at, failure: judged.failure, run };
  return {
    ...cell,
    ...{ url, state, recent, lastAt: at, lastFailure },
    reason: reasonOf(state, judged, lastFailure),
    keptAt: run === null ? cell.keptAt : at,
    run: run ?? cell.run,
    certificateEndsAt: certificateEndsAt ?? cell.certificateEndsAt,
  };
}

function reasonOf(state: MonitorState, { latencyMs }: Judged, last: MonitorCell['lastFailure']): string {
  if (state === 'up') return latencyMs === null ? 'It works.' : `It works, in ${Math.round(latencyMs)} ms.`;
  if (state === 'unknown') return 'Too few results have come to say.';
  return last?.failure.message.slice(0, 500) ?? '';
}
