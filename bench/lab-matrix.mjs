/**
 * `npm run lab-matrix`: every NAT of the scenario `nat-matrix` against every other over every path, three times each,
 * with real agents in kernel NATs; writes docs/lab-matrix.md. With a lab-report as argument it writes the page from
 * that. Root, and about ten minutes on two processors. Exit code 1 when a target is missed.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const page = new URL('../docs/lab-matrix.md', import.meta.url);
const [, , given] = process.argv;
const repeats = 3;

async function measured() {
  const argv = [program, 'lab', 'run', 'nat-matrix', '--repeat', String(repeats), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1 << 30 });
  return JSON.parse(stdout);
}

const pathName = ({ path, transport }) =>
  path === 'mesh' ? 'direct' : `relay over ${transport.toUpperCase()}`;
const typeOf = (name) => name.replace(/′$/, '');
const percent = (part, of) => `${((100 * part) / of).toFixed(2)} %`;
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;

/** `D` connected, `·` failed, `?` nothing known; `!` before it: not as expected; `~`: not in every attempt. */
function letter(cell) {
  if (cell === undefined || cell.asExpected === null) return '?';
  const some = cell.succeeded > 0 && cell.succeeded < cell.attempts ? '~' : '';
  return `${cell.asExpected ? '' : '!'}${some}${cell.succeeded > 0 ? '✔' : '·'}`;
}

function grid(cells) {
  const types = [...new Set(cells.map(({ from }) => from))];
  const width = Math.max(...types.map((name) => name.length));
  const head = types.map((_, index) => String(index + 1).padStart(4)).join('');
  const rows = types.map((from, index) => {
    const row = types.map((to) =>
      letter(cells.find((cell) => cell.from === from && typeOf(cell.to) === to)).padStart(4),
    );
    return `${String(index + 1).padStart(2)} ${from.padEnd(width)}${row.join('')}`;
  });
  return ['```text', `   ${' '.repeat(width)}${head}`, ...rows, '```'].join('\n');
}

function pathRow(path, cells) {
  const attempts = cells.reduce((sum, cell) => sum + cell.attempts, 0);
  const faults = cells.reduce((sum, cell) => sum + cell.faults, 0);
  const right = cells.filter(({ asExpected }) => asExpected === true).length;
  const connected = cells.filter(({ succeeded, attempts: tried }) => succeeded === tried && tried > 0).length;
  const setups = cells.flatMap(({ tries }) => tries.flatMap(({ milestones }) => milestones.echoMs ?? []));
  return `| ${[path, cells.length, connected, right, percent(right, cells.length), attempts, faults, `${Math.round(median(setups))} ms`].join(' | ')} |`;
}

function exceptions(cells) {
  return cells
    .filter(({ asExpected, faults }) => asExpected !== true || faults > 0)
    .map((cell) => {
      const verdict = cell.asExpected === true ? 'as expected' : `**expected ${cell.expected}**`;
      const tries = cell.tries
        .map(
          ({ outcome, rung, failure }) =>
            `${outcome} at ${rung}${failure === null ? '' : ` (\`${failure.code}\`)`}`,
        )
        .join(', then ');
      return `- ${cell.from} → ${typeOf(cell.to)}, ${pathName(cell)}: ${verdict}; ${tries}`;
    });
}

function render({ at, body }) {
  const { cells, counts, timing, sites } = body;
  const paths = [...new Set(cells.map(pathName))];
  const of = (path) => cells.filter((cell) => pathName(cell) === path);
  const all = counts.attempts + counts.faults;
  const types = sites
    .filter(({ name }) => name === typeOf(name))
    .map(({ name, boxes, measured: seen }, index) => {
      const was = seen?.udp === 'open' ? `${seen.mapping} / ${seen.filtering}` : 'no answer over UDP';
      return `| ${index + 1} | ${name} | ${boxes.join(', ')} | ${was} |`;
    });
  const notAsExpected = exceptions(cells);
  return [
    '# The lab matrix',
    '',
    'Every network of [nat-matrix.yaml](../scenarios/catalog/nat-matrix.yaml) against every other and itself, over every path, in',
    'both directions, by real agents through kernel NATs ([lab.md](lab.md) tells how). What a cell must do is derived, not',
    'written down: the simulator runs the same cell, and `test/sim/simulated-cells.test.ts` holds the simulator against the',
    'eight classes of [predictions.md](predictions.md) for 64 × 64 kinds of NAT. Each network was classified before the run.',
    'Written by `npm run lab-matrix`.',
    '',
    `${at.slice(0, 10)}, kernel ${release()}, ${cpus().length} processors; ${body.agent}, ${body.server}.`,
    '',
    `- Cells: ${counts.cells}, each tried ${Math.max(...cells.map(({ attempts }) => attempts))} times; as expected: ${counts.asExpected} (${percent(counts.asExpected, counts.cells)}).`,
    `- Attempts: ${all}; spoiled by the harness: ${counts.faults} (${percent(counts.faults, all)}), each tried once more and told below; undecided in the end: ${counts.undecided}.`,
    `- Time: ${(timing.totalMs / 1000).toFixed(0)} s, of which ${Math.round(timing.buildMs)} ms for ${sites.length} sites, ${(timing.verifyMs / 1000).toFixed(1)} s to classify them, ${(timing.cellsMs / 1000).toFixed(0)} s for the attempts.`,
    '',
    '| path | cells | connect | as expected | | attempts | faults | median set-up |',
    '|---|---|---|---|---|---|---|---|',
    ...paths.map((path) => pathRow(path, of(path))),
    '',
    'Set-up is from the order to start until a message has come back over the data channel: gathering (or allocating), ICE,',
    'DTLS and SCTP.',
    '',
    '| | network | what it is | classified as |',
    '|---|---|---|---|',
    ...types,
    '',
    '`✔` connected, `·` failed; `!` before it: not as expected; `~`: not in every attempt. Rows offer, columns answer.',
    '',
    ...paths.flatMap((path) => [`## ${path[0].toUpperCase()}${path.slice(1)}`, '', grid(of(path)), '']),
    '## Exceptions',
    '',
    ...(notAsExpected.length > 0 ? notAsExpected : ['None.']),
    '',
  ].join('\n');
}

const report = given === undefined ? await measured() : JSON.parse(readFileSync(given, 'utf8'));
writeFileSync(page, render(report));
const { counts } = report.body;
const met =
  counts.asExpected / counts.cells >= 0.99 && counts.faults / (counts.attempts + counts.faults) <= 0.005;
console.log(
  `${counts.asExpected} of ${counts.cells} cells as expected, ${counts.faults} faults; docs/lab-matrix.md is written`,
);
process.exitCode = met ? 0 : 1;
