/** The cells of a scenario, as many side by side as asked for. */
import type { LabAttempt, LabCell } from '../../../contract/lab-report.ts';
import { needsNames } from '../../scenario/agent-traits.ts';
import { buildCell } from '../../scenario/build-cell.ts';
import type { Cell, CompiledScenario } from '../../scenario/compile.ts';
import { expectationOf } from '../../scenario/expectation.ts';
import { notNamed } from '../../scenario/failed-attempt.ts';
import { pathOf } from '../../scenario/simulate.ts';
import type { Lab } from '../lab.ts';
import { type AttemptPlan, runAttempt } from './attempt.ts';
import type { LabAgent } from './lab-agent.ts';
import type { LabServer } from './lab-server.ts';
import { type Recording, recordAttempt } from './record-attempt.ts';
import type { RelayMeter } from './relay-meter.ts';
import { forEachPair } from './schedule.ts';

export type TryCell = (cell: Cell) => Promise<LabAttempt>;

export interface CellOptions {
  readonly jobs: number;
  readonly repeat: number;
  readonly signal?: AbortSignal | undefined;
  readonly onDone?: (done: number, of: number) => void;
}

export interface CellMeans extends Pick<AttemptPlan, 'sfu' | 'call' | 'media'> {
  readonly server: LabServer;
  /** Null: no path of the scenario is relayed. */
  readonly meter: RelayMeter | null;
}

/** @param agents by the name of their end */
export function cellTrier(agents: ReadonlyMap<string, LabAgent>, means: CellMeans): TryCell {
  const { server, sfu, meter, ...plan } = means;
  let run = 0;
  return async (cell) => {
    const [a, b] = [agents.get(cell.from.name), agents.get(cell.to.name)];
    if (a === undefined || b === undefined) throw new Error('a cell without an agent');
    const path = pathOf[cell.path];
    const forEnd = ({ site, agent }: Cell['from']) => server.iceServers(cell.path, site, needsNames(agent));
    const iceServers = [forEnd(cell.from), forEnd(cell.to)] as const;
    if (path === 'relay' && iceServers[0].length === 0) return notNamed(cell.path);
    run += 1;
    const attempt = await runAttempt(a, b, {
      ...plan,
      run,
      path: path === 'mesh' ? 'direct' : path,
      transport: cell.path === 'direct-tcp' ? 'tcp' : 'udp',
      sfu: cell.path === 'sfu' ? sfu : null,
      iceServers,
      caFile: server.caFile,
    });
    if (path !== 'relay' || meter === null || attempt.candidates === undefined) return attempt;
    const relayTraffic = await meter.read(attempt.candidates);
    return relayTraffic === null ? attempt : { ...attempt, relayTraffic };
  };
}

export async function runCells(
  compiled: CompiledScenario,
  tryCell: TryCell,
  { jobs, repeat, signal, onDone }: CellOptions,
): Promise<LabCell[]> {
  const { cells } = compiled;
  const tries = cells.map((): LabAttempt[] => []);
  const work = Array.from({ length: repeat }, () =>
    cells.map((cell, index) => ({ a: cell.from.name, b: cell.to.name, cell, index })),
  ).flat();
  let done = 0;
  await forEachPair(
    work,
    async ({ cell, index }) => {
      signal?.throwIfAborted();
      const first = await tryCell(cell);
      tries[index]?.push(first);
      // A fault of the harness is no finding: once more, and both are told.
      if (first.outcome === 'fault') tries[index]?.push(await tryCell(cell));
      done += 1;
      onDone?.(done, work.length);
    },
    jobs,
  );
  return cells.map((cell, index) => buildCell(cell, expectationOf(compiled, cell), tries[index] ?? []));
}

/** More would fill a disk and no reader looks at them. */
const mostRecorded = 20;

/** Tries what came out wrong once more, alone, with its packets recorded; what it did does not count. */
export async function recordWrong(
  lab: Lab,
  { cells }: CompiledScenario,
  { results, tryCell, recording }: { results: readonly LabCell[]; tryCell: TryCell; recording: Recording },
): Promise<{ readonly cells: LabCell[]; readonly notices: string[] }> {
  const recorded = [...results];
  const notices: string[] = [];
  const wrong = cells.flatMap((cell, index) => {
    const result = results[index];
    return result === undefined || result.asExpected === true ? [] : [{ cell, index, result }];
  });
  for (const { cell, index, result } of wrong.slice(0, mostRecorded)) {
    const { files, packets } = await recordAttempt(lab, cell, recording, () => tryCell(cell));
    recorded[index] = { ...result, packets };
    notices.push(
      `Packets of ${cell.from.name} → ${cell.to.name}, ${cell.path}: ${files.length} files in ${recording.folder}`,
    );
  }
  if (wrong.length > mostRecorded) notices.push(`Recorded are the first ${mostRecorded} of ${wrong.length}.`);
  return { cells: recorded, notices: notices.slice(0, 45) };
}
