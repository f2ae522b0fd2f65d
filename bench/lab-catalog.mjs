/**
 * `npm run lab-catalog [-- NAME…]`: every scenario of the catalogue in the kernel and in the simulator, which must agree
 * on every cell that both can run, and on what each step of a timeline does to a call; writes docs/lab-catalog.md (with
 * names: prints only). nat-matrix is left to `npm run lab-matrix`, which has it three times. Root, and some minutes.
 * Exit code 1 where a cell came out otherwise.
 */
import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const page = new URL('../docs/lab-catalog.md', import.meta.url);
const wanted = process.argv.slice(2);
const catalog = readdirSync(new URL('../scenarios/catalog/', import.meta.url))
  .filter((file) => file.endsWith('.yaml') && file !== 'nat-matrix.yaml')
  .map((file) => file.replace(/\.yaml$/, ''));
const names = wanted.length === 0 ? catalog : wanted;

async function report(name, ...flags) {
  const argv = [program, 'lab', 'run', name, '--json', ...flags];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout).body;
}

const pathName = ({ path, transport }) =>
  `${path === 'mesh' ? 'direct' : path} over ${transport.toUpperCase()}`;

/** What a cell says, in few words: the outcomes that there were, and those of the steps of a call. */
function outcomeOf(cell) {
  const told = cell.tries.filter(({ outcome }) => outcome !== 'fault');
  const outcomes = [...new Set(told.map(({ outcome }) => outcome))].sort().join(' or ');
  const steps = told.at(-1)?.call?.events.map(({ do: what, outcome }) => `${what} ${outcome}`);
  return { outcomes, steps: steps?.join(', ') ?? null };
}

/** Null: they agree. Where chance decides, one of the outcomes is enough; a call that only one has run is not compared. */
function disagreement(kernel, simulated) {
  const [real, model] = [outcomeOf(kernel), outcomeOf(simulated)];
  if (real.outcomes === '') return 'undecided in the kernel';
  if (!model.outcomes.split(' or ').includes(real.outcomes) && real.outcomes !== model.outcomes) {
    return `kernel ${real.outcomes}, simulator ${model.outcomes}`;
  }
  if (real.steps === null || model.steps === null || real.steps === model.steps) return null;
  return `kernel: ${real.steps}; simulator: ${model.steps}`;
}

async function compare(name) {
  const [kernel, simulated] = [await report(name), await report(name, '--simulate')];
  const cells = kernel.cells.map((cell, index) => {
    const other = simulated.cells[index];
    return { cell, why: other === undefined ? 'not in the simulator' : disagreement(cell, other) };
  });
  const calls = cells.filter(
    ({ cell }, index) => outcomeOf(cell).steps && outcomeOf(simulated.cells[index]).steps,
  );
  const wrong = cells.filter(({ why }) => why !== null);
  const seconds = (kernel.timing.totalMs / 1000).toFixed(1);
  console.log(`${name}: ${cells.length - wrong.length} of ${cells.length} cells agree, ${seconds} s`);
  for (const { cell, why } of wrong) console.log(`  ${cell.from} → ${cell.to}, ${pathName(cell)}: ${why}`);
  return { name, cells: cells.length, calls: calls.length, wrong, faults: kernel.counts.faults, seconds };
}

function render(rows) {
  const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
  const total = sum(({ cells }) => cells);
  const agree = total - sum(({ wrong }) => wrong.length);
  const exceptions = rows.flatMap(({ name, wrong }) =>
    wrong.map(({ cell, why }) => `- ${name}, ${cell.from} → ${cell.to}, ${pathName(cell)}: ${why}`),
  );
  return [
    '# The catalogue in the kernel and in the simulator',
    '',
    'Every scenario of `scenarios/catalog` but the matrix ([lab-matrix.md](lab-matrix.md)), once with real agents through kernel',
    'NATs and once in memory: do both say that a cell connects, and that a call goes on, recovers or is lost at each step of',
    'its timeline? Written by `npm run lab-catalog`.',
    '',
    `${new Date().toISOString().slice(0, 10)}, kernel ${release()}, ${cpus().length} processors.`,
    '',
    `- Cells: ${total}, of which kernel and simulator agree on ${agree} (${((100 * agree) / total).toFixed(2)} %); calls in both: ${sum(({ calls }) => calls)}.`,
    `- Attempts that the harness spoiled: ${sum(({ faults }) => faults)}.`,
    '',
    '| scenario | cells | agree | calls in both | time in the kernel |',
    '|---|---|---|---|---|',
    ...rows.map(
      ({ name, cells, calls, wrong, seconds }) =>
        `| ${[name, cells, cells - wrong.length, calls, `${seconds} s`].join(' | ')} |`,
    ),
    '',
    '## Exceptions',
    '',
    ...(exceptions.length > 0 ? exceptions : ['None.']),
    '',
  ].join('\n');
}

const rows = [];
for (const name of names) rows.push(await compare(name));
if (wanted.length === 0) writeFileSync(page, render(rows));
process.exitCode = rows.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
