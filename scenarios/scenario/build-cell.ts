/** The attempts of one cell and what was expected of them → the cell of the report. */
import { type Rung, rungs } from '../../contract/basics.ts';
import type { LabAttempt, LabCell } from '../../contract/lab-report.ts';
import type { Cell } from './compile.ts';
import type { Expectation } from './expectation.ts';
import { pathOf, transportOf } from './simulate.ts';

export function buildCell(cell: Cell, expectation: Expectation, tries: readonly LabAttempt[]): LabCell {
  const telling = tries.filter(({ outcome }) => outcome !== 'fault');
  const connected = telling.filter(({ outcome }) => outcome === 'connected');
  return {
    from: cell.from.name,
    to: cell.to.name,
    path: pathOf[cell.path],
    transport: transportOf[cell.path],
    attempts: telling.length,
    succeeded: connected.length,
    faults: tries.length - telling.length,
    rung: best(tries.map(({ rung }) => rung)),
    expected: expectation.outcome,
    expectedBy: expectation.by,
    because: expectation.because,
    asExpected: telling.length === 0 ? null : telling.every(isExpected(expectation)),
    setupMs: percentiles(
      connected.flatMap(
        ({ milestones }) => milestones.echoMs ?? milestones.packetMs ?? milestones.iceMs ?? [],
      ),
    ),
    selectedPair: connected.at(-1)?.selected ?? null,
    failure: tries.findLast(({ failure }) => failure !== null)?.failure ?? null,
    tries: [...tries],
  };
}

/** Outcome, and what the timeline vouches for. */
function isExpected({ outcome: wanted }: Expectation): (attempt: LabAttempt) => boolean {
  return ({ outcome, call }) =>
    (wanted === 'either' || outcome === wanted) &&
    call?.events.some(({ asExpected }) => asExpected === false) !== true;
}

function best(reached: readonly Rung[]): Rung {
  return rungs[Math.max(0, ...reached.map((rung) => rungs.indexOf(rung)))] ?? 'none';
}

/** Nearest rank; null of nothing. */
function percentiles(values: readonly number[]): LabCell['setupMs'] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 === undefined || p95 === undefined ? null : { p50: round(p50), p95: round(p95) };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
