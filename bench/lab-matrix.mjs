/**
 * `npm run lab-matrix`: every NAT of the scenario `nat-matrix` against every other over every path, three times each,
 * with real agents in kernel NATs, and Chromium on a cell of each kind (`nat-matrix-chromium`); writes
 * docs/lab-matrix.md. With two lab-reports as arguments it writes the page from those. Root, and about ten minutes on two
 * processors. Exit code 1 when a target is missed.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { labPathText } from '../dist/contract/lab-words.js';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const page = new URL('../docs/lab-matrix.md', import.meta.url);
const [, , ...given] = process.argv;
const repeats = 3;
/** Side by side. Most attempts wait for answers that do not come; browsers work. */
const jobs = { 'nat-matrix': 12, 'nat-matrix-chromium': 2 };

async function measured(scenario) {
  const argv = [program, 'lab', 'run', scenario, '--json', '--jobs', String(jobs[scenario])];
  if (scenario === 'nat-matrix') argv.push('--repeat', String(repeats));
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1 << 30 });
  return JSON.parse(stdout);
}

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
  const setups = cells.flatMap(({ tries }) =>
    tries.flatMap(({ milestones }) => milestones.echoMs ?? milestones.packetMs ?? []),
  );
  return `| ${[path, cells.length, connected, right, percent(right, cells.length), attempts, faults, `${setups.length === 0 ? '–' : `${Math.round(median(setups))} ms`}`].join(' | ')} |`;
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
      return `- ${cell.from} → ${typeOf(cell.to)}, ${labPathText(cell)}: ${verdict}; ${tries}`;
    });
}

/** What is known to spoil an attempt, by the code of its failure. */
const causes = {
  'dtls-failed':
    'both ends had a pair, and the DTLS handshake of the library did not come up, as in about 0.3 % of its tries',
  'harness-fault': 'an end gave no outcome in time, or ended',
};

function causesOf(cells) {
  const codes = new Set(
    cells.flatMap(({ tries }) =>
      tries.flatMap(({ outcome, failure }) => (outcome === 'fault' ? (failure?.code ?? []) : [])),
    ),
  );
  return [...codes].flatMap((code) => (causes[code] === undefined ? [] : [`\`${code}\`: ${causes[code]}.`]));
}

function canaryRows(cells) {
  return cells.map((cell) => {
    const { from, to, rung, succeeded, setupMs, asExpected, expected } = cell;
    const result = succeeded > 0 ? `connected, ${rung}` : `failed at ${rung}`;
    const time = setupMs === null ? '–' : `${Math.round(setupMs.p50)} ms`;
    const verdict = asExpected === true ? 'as expected' : `**expected ${expected}**`;
    return `| ${from} → ${to} | ${labPathText(cell)} | ${result} | ${time} | ${verdict} |`;
  });
}

function render({ at, body }, canary) {
  const { cells, counts, timing, sites } = body;
  const paths = [...new Set(cells.map(labPathText))];
  const of = (path) => cells.filter((cell) => labPathText(cell) === path);
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
    'eight classes of [predictions.md](predictions.md) for 64 × 64 kinds of NAT; over TCP the rules of',
    '[tcp-meeting.ts](../scenarios/scenario/tcp-meeting.ts) say it. Each network was classified before the run.',
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
    'DTLS and SCTP; over the SFU until the first media packet of the other end.',
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
    ...causesOf(cells).flatMap((cause) => [cause, '']),
    '## Chromium as canary',
    '',
    `${canary.body.agent} on both sides of a cell of each kind, with a picture both ways (S6: decoded, S7: five seconds of it`,
    'without a freeze). Over TCP it never waits for a connection, so two of them do not meet.',
    '',
    '| | path | result | set-up | |',
    '|---|---|---|---|---|',
    ...canaryRows(canary.body.cells),
    '',
  ].join('\n');
}

const [report, canary] =
  given.length === 2
    ? given.map((file) => JSON.parse(readFileSync(file, 'utf8')))
    : [await measured('nat-matrix'), await measured('nat-matrix-chromium')];
writeFileSync(page, render(report, canary));
const { counts } = report.body;
const met =
  counts.asExpected / counts.cells >= 0.99 &&
  counts.faults / (counts.attempts + counts.faults) <= 0.005 &&
  canary.body.counts.asExpected === canary.body.counts.cells;
console.log(
  `${counts.asExpected} of ${counts.cells} cells as expected, ${counts.faults} faults; Chromium ${canary.body.counts.asExpected} of ${canary.body.counts.cells}; docs/lab-matrix.md is written`,
);
process.exitCode = met ? 0 : 1;
