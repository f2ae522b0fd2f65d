/** A comparison with all its participants in this page: a room and its frames for every run. */
import { buildCompareReport } from '../../../../compare/build-report.ts';
import { judgeRun, type Witness } from '../../../../compare/judge-run.ts';
import { type PlannedRun, runOrder } from '../../../../compare/run-order.ts';
import { pathKindOf, roomPathOf } from '../../../../contract/compare-path.ts';
import type { ComparePlan, CompareReport, CompareRun } from '../../../../contract/comparison.ts';
import { call } from '../../api/call.ts';
import { words } from '../../words.ts';
import { withParticipants } from './participants.ts';

export interface Progress {
  readonly planned: readonly PlannedRun[];
  /** Index of the run that is being made. */
  readonly at: number;
  /** Participants of it that have reported. */
  readonly reported: number;
  readonly runs: readonly CompareRun[];
}

export interface TabComparisonOptions {
  readonly plan: ComparePlan;
  /** Where the participants are shown. */
  readonly place: HTMLElement;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** A run that the tool spoiled is tried once more. */
const mostAttempts = 2;

export interface TabComparison {
  readonly report: CompareReport;
  /** In which its rooms were; null: there was none. */
  readonly project: string | null;
}

/** Cancelled, it resolves with what there is. Rejects when a room cannot be made. */
export async function compareInTab(options: TabComparisonOptions): Promise<TabComparison> {
  const { plan, onProgress, signal } = options;
  const startedAt = new Date().toISOString();
  const startedMs = performance.now();
  const planned = runOrder(plan, Math.random);
  const runs: CompareRun[] = [];
  let project: string | null = null;
  for (const [at, run] of planned.entries()) {
    for (let attempt = 1; attempt <= mostAttempts && !signal.aborted; attempt += 1) {
      const tell = (reported: number): void => onProgress({ planned, at, reported, runs: [...runs] });
      tell(0);
      const made = await makeRun(run, attempt, options, tell);
      if (made === null) break;
      runs.push(made.run);
      ({ project } = made);
      if (made.run.outcome !== 'harness-fault') break;
    }
  }
  const report = buildCompareReport(
    {
      plan,
      host: { rim: 'tab', cpus: navigator.hardwareConcurrency, sharedCpu: true },
      runs,
      skipped: [],
      notes: notesOn(plan, runs),
      run: {
        source: navigator.userAgent.slice(0, 500),
        durationMs: performance.now() - startedMs,
        cancelled: signal.aborted,
      },
    },
    startedAt,
  );
  return { report, project };
}

function notesOn({ paths }: ComparePlan, runs: readonly CompareRun[]): string[] {
  const relays = paths.some((path) => pathKindOf(path) === 'relay');
  const hidden = runs.some(({ participants }) => participants.some(({ hiddenMs }) => hiddenMs > 0));
  return [
    words.compare.note,
    ...(relays ? [words.compare.noTurnCounters] : []),
    ...(hidden ? [words.compare.hidden] : []),
  ];
}

/** null: cancelled meanwhile. */
async function makeRun(
  { path, repeat }: PlannedRun,
  attempt: number,
  { plan, place, signal }: TabComparisonOptions,
  onReported: (count: number) => void,
): Promise<{ readonly run: CompareRun; readonly project: string } | null> {
  const startedAt = new Date().toISOString();
  const startedMs = performance.now();
  const name = `${words.compare.title}: ${words.comparePaths[path]}`;
  const room = { name, path: roomPathOf(path), size: plan.participants, minutes: 10 };
  const ticket = await call('createRoom', { body: room });
  let witnesses: Witness[];
  try {
    witnesses = await withParticipants({ plan, ticket, place, onReported, signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    await call('closeRoom', { params: { id: ticket.room.id } }).catch(() => undefined);
  }
  const durationMs = performance.now() - startedMs;
  const run = judgeRun({ path, repeat, attempt, startedAt, durationMs, witnesses, server: null, turn: null });
  return { run, project: ticket.project };
}
