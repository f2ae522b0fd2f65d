/**
 * `npm run bench`: runs every `*.bench.mjs` beside this file, prints its table, and writes docs/benchmarks.md.
 * `npm run bench -- NAME…` runs some and writes nothing, `npm run bench -- --update NAME…` puts their sections into the
 * page. Exit code 1 when a target is missed or a bench fails.
 *
 * A bench exports `name` and `run()`, which resolves to
 *   { title, intro, columns: string[], rows: (string | number)[][], notes: string[],
 *     peers?: { [program]: version }, targets: { name, value, met: boolean }[] }
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import Table from 'cli-table3';

const folder = new URL('.', import.meta.url);
const page = new URL('../docs/benchmarks.md', folder);
const words = process.argv.slice(2);
const update = words.includes('--update');
const wanted = words.filter((word) => word !== '--update');
/** Of the minute before the first bench: what else the machine was busy with. */
const [loadBefore] = loadavg();

async function discover() {
  const files = readdirSync(folder).filter((file) => file.endsWith('.bench.mjs'));
  const benches = await Promise.all(files.sort().map((file) => import(new URL(file, folder))));
  const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`no such bench: ${unknown.join(', ')}`);
  return benches.filter((bench) => wanted.length === 0 || wanted.includes(bench.name));
}

function machine() {
  const processors = cpus();
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  return {
    processor: `${processors[0].model.trim()}, ${processors.length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${system ?? process.platform}, kernel ${release()}`,
    'Node.js': process.version,
    'load average before the run': loadBefore.toFixed(2),
  };
}

function printResult({ title, columns, rows, notes, targets }) {
  const table = new Table({ head: columns, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(`\n${title}\n${table}`);
  for (const note of notes) console.log(`  ${note}`);
  for (const { name, value, met } of targets)
    console.log(`  ${met ? 'met   ' : 'MISSED'}  ${name}: ${value}`);
}

function markdownTable(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)];
}

function renderPage(results) {
  const peers = Object.assign({}, ...results.map(({ peers }) => peers ?? {}));
  const facts = { ...machine(), ...peers, date: new Date().toISOString().slice(0, 10) };
  const lines = [
    '# Benchmarks',
    '',
    'Made by `npm run bench` (root, for the kernel NATs); peers and Polynya ran on the same machine, in the same run of each section.',
    '',
    ...markdownTable(['machine', ''], Object.entries(facts)),
  ];
  return `${[...lines, ...results.flatMap(sectionOf)].join('\n')}\n`;
}

function sectionOf({ title, intro, columns, rows, notes, targets }) {
  const lines = ['', `## ${title}`, '', intro, '', ...markdownTable(columns, rows), ''];
  lines.push(...notes.map((note) => `- ${note}`));
  if (notes.length > 0) lines.push('');
  const verdicts = targets.map(({ name, value, met }) => [name, value, met ? 'met' : '**missed**']);
  return [...lines, ...markdownTable(['target', 'measured', ''], verdicts)];
}

/** The page with the sections of these results in the place of the older ones. */
function withSections(text, results) {
  const [head = '', ...sections] = text.trimEnd().split(/\n\n(?=## )/);
  for (const result of results) {
    const section = sectionOf(result).slice(1).join('\n');
    const at = sections.findIndex((older) => older.startsWith(`## ${result.title}\n`));
    sections.splice(at < 0 ? sections.length : at, at < 0 ? 0 : 1, section);
  }
  return `${[head, ...sections].join('\n\n')}\n`;
}

if (loadBefore > cpus().length / 2) {
  console.warn(`This machine is busy (load ${loadBefore.toFixed(1)}): times will come out too long.`);
}
const results = [];
for (const bench of await discover()) {
  console.log(`bench ${bench.name} …`);
  const result = await bench.run();
  printResult(result);
  results.push(result);
}
if (wanted.length === 0 || update) {
  writeFileSync(page, update ? withSections(readFileSync(page, 'utf8'), results) : renderPage(results));
  console.log('\nwrote docs/benchmarks.md');
}
const missed = results.flatMap(({ targets }) => targets).filter(({ met }) => !met);
process.exitCode = missed.length > 0 || results.length === 0 ? 1 : 0;
