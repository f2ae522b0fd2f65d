/** One run: the room takes a path, the participants report, and what servers and processors did is read beside it. */
import { judgeRun, type Witness } from '../../compare/judge-run.ts';
import type { PlannedRun } from '../../compare/run-order.ts';
import { pathKindOf, roomPathOf } from '../../contract/compare-path.ts';
import type { CompareRun, CompareServer, CompareTurn } from '../../contract/comparison.ts';
import { failure } from '../../contract/failures.ts';
import type { ProcessorLog } from '../../scenarios/io/participants/processor-log.ts';
import type { Estate } from './estate.ts';
import type { LaunchedParticipant } from './participants.ts';
import type { RoomHost, StoredReport } from './room-host.ts';
import type { TurnCounters } from './turn-counters.ts';

export interface Stage {
  readonly estate: Estate;
  readonly room: RoomHost;
  readonly participants: readonly LaunchedParticipant[];
  /** Names by member. */
  readonly members: ReadonlyMap<string, string>;
  readonly processors: ProcessorLog;
  /** null: the TURN server’s counters cannot be read. */
  readonly turn: TurnCounters | null;
  /** A participant has reported by then, whatever its connections do. */
  readonly reportWithinMs: number;
  readonly signal: AbortSignal;
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Null: cancelled before all had reported. */
export async function conductRun(
  stage: Stage,
  planned: PlannedRun,
  attempt: number,
): Promise<CompareRun | null> {
  const { room, participants, members, processors, reportWithinMs, signal } = stage;
  const counters = pathKindOf(planned.path) === 'relay' ? stage.turn : null;
  await counters?.start();
  const startMs = Date.now();
  await room.take(roomPathOf(planned.path));
  const reports = await room.reports(startMs, participants.length, reportWithinMs, signal);
  await counters?.stop();
  if (signal.aborted && reports.size < participants.length) return null;

  const byName = new Map([...reports].map(([member, report]) => [members.get(member), report]));
  const witnesses = participants.map(({ name, kind, pid, sharedBy }): Witness => {
    const stored = byName.get(name);
    if (stored === undefined) {
      const detail = `${name} (${kind}) gave no report within ${Math.round(reportWithinMs / 1000)} s`;
      return { name, kind, cpuPercent: null, report: null, problem: failure('harness-fault', detail) };
    }
    const window = windowOf(stored);
    const used = window === null ? null : processors.percent(pid, window.fromMs, window.toMs);
    const cpuPercent = used === null ? null : Math.round((used / sharedBy) * 10) / 10;
    return { name, kind, cpuPercent, report: stored.report, problem: null };
  });
  const common = commonWindow([...reports.values()]);
  return judgeRun({
    ...planned,
    attempt,
    startedAt: new Date(startMs).toISOString(),
    durationMs: Date.now() - startMs,
    witnesses,
    server: serverOf(stage, planned, witnesses, common),
    turn: turnOf(stage, counters, common, { fromMs: startMs, toMs: Date.now() }),
  });
}

/** A report is stored at the end of its window. */
function windowOf({ report, storedMs }: StoredReport): Window | null {
  const { traffic } = report.body;
  return traffic === undefined ? null : { fromMs: storedMs - traffic.windowMs, toMs: storedMs };
}

/** The time in which all of them measured; null: there was none. */
function commonWindow(reports: readonly StoredReport[]): Window | null {
  const windows = reports.flatMap((report) => windowOf(report) ?? []);
  const fromMs = Math.max(...windows.map((window) => window.fromMs));
  const toMs = Math.min(...windows.map((window) => window.toMs));
  return fromMs < toMs ? { fromMs, toMs } : null;
}

/** What its participants sent and got; on one machine nothing is lost between them. */
function serverOf(
  { estate, processors }: Stage,
  { path }: PlannedRun,
  witnesses: readonly Witness[],
  window: Window | null,
): CompareServer | null {
  const kind = pathKindOf(path);
  if (kind !== 'sfu' && kind !== 'mcu') return null;
  // The service itself only signals; the embedded SFU is a process that it has started.
  const pid = path === 'sfu' ? estate.servicePid : estate.janusPid;
  const cpuPercent =
    pid === null || window === null ? null : processors.percent(pid, window.fromMs, window.toMs);
  const sum = (measure: (witness: Witness) => number | null | undefined): number | null => {
    const values = witnesses.map((witness) => measure(witness) ?? null);
    return values.includes(null) ? null : values.reduce<number>((so, value) => so + (value ?? 0), 0);
  };
  return {
    cpuPercent,
    inKbps: sum(({ report }) => report?.body.traffic?.up.kbps),
    outKbps: sum(({ report }) => report?.body.traffic?.down.kbps),
    packetsPerSec: sum(({ report }) => report?.body.traffic?.down.packetsPerSec),
  };
}

/** Over the time in which all measured; where that is too short for two readings, over the whole run. */
function turnOf(
  { estate, processors }: Stage,
  counters: TurnCounters | null,
  common: Window | null,
  whole: Window,
): CompareTurn | null {
  if (counters === null || estate.turn === null) return null;
  for (const window of [common, whole]) {
    const counted = window === null ? null : counters.between(window.fromMs, window.toMs);
    if (window === null || counted === null) continue;
    return { ...counted, cpuPercent: processors.percent(estate.turn.pid, window.fromMs, window.toMs) };
  }
  return null;
}
