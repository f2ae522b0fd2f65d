/**
 * `npm run accuracy`: the whole matrix on all processors, then docs/accuracy.md.
 * `npm run accuracy -- RUNS [CASE…]`: so many runs per cell, of the cases whose id contains one of the words; prints
 * the targets and what was not exact, and writes nothing. Exit code 1 when a target is missed.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { Cell } from './cell.ts';
import { cells } from './cells.ts';
import { renderAccuracy } from './render.ts';
import { type CellResult, losses, rttsMs, runCell } from './run-cell.ts';
import { targetsOf } from './targets.ts';

interface Task {
  readonly cell: string;
  readonly loss: number;
  readonly rttMs: number;
  readonly runs: number;
}

const runsPerCell = 100;
const page = new URL('../../../docs/accuracy.md', import.meta.url);

if (isMainThread) await main(process.argv.slice(2));
else serveTasks();

async function main([runsText, ...words]: readonly string[]): Promise<void> {
  const runs = runsText === undefined ? runsPerCell : Number(runsText);
  if (!(Number.isInteger(runs) && runs > 0)) throw new Error(`RUNS must be a whole number: ${runsText}`);
  const wanted = cells.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word)));
  const results = await runAll(wanted, runs);
  for (const { cell, loss, rttMs, remarks } of results) {
    for (const remark of remarks.filter((text) => /, (vague|wrong):/.test(text))) {
      console.log(`${cell}, loss ${loss}, round trip ${rttMs} ms, ${remark}`);
    }
  }
  const targets = targetsOf(wanted, results);
  for (const { name, value, met } of targets) console.log(`${met ? 'met   ' : 'MISSED'}  ${name}: ${value}`);
  if (runsText === undefined) {
    writeFileSync(page, renderAccuracy(cells, results, runs));
    console.log('wrote docs/accuracy.md');
  }
  process.exitCode = targets.every(({ met }) => met) ? 0 : 1;
}

/** Results in the order of the cells, whichever worker had them. */
async function runAll(wanted: readonly Cell[], runs: number): Promise<CellResult[]> {
  const tasks: Task[] = wanted.flatMap(({ id }) =>
    losses.flatMap((loss) => rttsMs.map((rttMs) => ({ cell: id, loss, rttMs, runs }))),
  );
  const results = new Map<Task, CellResult>();
  const waiting = [...tasks];
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url));
    try {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
        results.set(task, await ask(worker, task));
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work));
  return tasks.flatMap((task) => results.get(task) ?? []);
}

function ask(worker: Worker, task: Task): Promise<CellResult> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (result: CellResult) => {
      worker.off('error', reject);
      resolve(result);
    });
    worker.postMessage(task);
  });
}

function serveTasks(): void {
  parentPort?.on('message', ({ cell: id, loss, rttMs, runs }: Task) => {
    const cell = cells.find((candidate) => candidate.id === id);
    if (cell === undefined) throw new Error(`no cell ${id}`);
    const seeds = Array.from({ length: runs }, (_, index) => index + 1);
    parentPort?.postMessage(runCell(cell, { loss, rttMs }, seeds));
  });
}
