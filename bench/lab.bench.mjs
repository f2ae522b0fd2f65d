/**
 * How fast the lab is: namespaces, links, NATs and routes against a shell script that does the same work one command at
 * a time, as people write it; and NATs against each other with real WebRTC agents, against a shell script that takes
 * one pair after the other, each with a lab, a server and clients of its own.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { buildLab } from '../dist/scenarios/io/lab.js';
import { newLabName } from '../dist/scenarios/io/lab-name.js';
import { planCommands } from '../dist/scenarios/plan/commands.js';
import { planTopology } from '../dist/scenarios/plan/topology.js';

export const name = 'lab';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const matrixFile = new URL('../scenarios/catalog/nat-matrix.yaml', import.meta.url);
const nat = { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' };

const sitesOf = (count) =>
  Array.from({ length: count }, (_, index) => ({
    name: `site${index}`,
    hosts: 1,
    boxes: [{ nat, firewall: null }],
  }));

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function ours(count) {
  const startMs = performance.now();
  const lab = await buildLab({ sites: sitesOf(count) });
  const builtMs = performance.now();
  await lab.close();
  return { upMs: builtMs - startMs, downMs: performance.now() - builtMs };
}

/** The same plan with every line of a batch as a command of its own, one after the other. */
function naiveScript(topology) {
  const up = planCommands(topology)
    .flat()
    .flatMap(({ argv, stdin }) => {
      const lines = stdin?.trimEnd().split('\n') ?? [];
      if (argv.includes('-batch')) {
        const ip = argv.slice(0, argv.indexOf('-batch')).join(' ');
        return lines.map((line) => `${ip} ${line}`);
      }
      const inside = ['ip', 'netns', 'exec', argv[1].split('/').at(-1), ...argv.slice(2)].join(' ');
      return stdin === null ? [inside] : [`${inside} <<'END'`, ...lines, 'END'];
    });
  const down = topology.namespaces.map((namespace) => `ip netns delete ${namespace.name}`);
  return { up: up.join('\n'), down: down.join('\n') };
}

function naive(count) {
  const topology = planTopology({
    prefix: newLabName('pnlab'),
    sites: sitesOf(count),
    lossRate: 0,
    publicNet: '11.78',
  });
  const script = naiveScript(topology);
  const timed = (text) => {
    const startMs = performance.now();
    const { status, stderr } = spawnSync('sh', ['-e'], { input: text, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return performance.now() - startMs;
  };
  try {
    return { upMs: timed(script.up), downMs: timed(script.down) };
  } catch (error) {
    spawnSync('sh', [], { input: script.down });
    throw error;
  }
}

async function repeated(times, build) {
  const runs = [];
  for (let index = 0; index < times; index += 1) runs.push(await build());
  return { upMs: median(runs.map(({ upMs }) => upMs)), downMs: median(runs.map(({ downMs }) => downMs)) };
}

/** `polynya lab run` of a scenario file that lives as long as the run. */
async function labRun(scenario) {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-bench-lab-'));
  try {
    const file = join(folder, 'scenario.yaml');
    writeFileSync(file, stringify(scenario));
    const argv = [program, 'lab', 'run', file, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1 << 28 });
    return JSON.parse(stdout).body;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const matrix = parse(readFileSync(matrixFile, 'utf8'));
/** The nine session NATs of the matrix. */
const nine = Object.entries(matrix.sites).slice(0, 9);

const nineByNine = () =>
  labRun({ ...matrix, name: 'nine', sites: Object.fromEntries(nine), paths: ['direct'] });
const twelveByTwelve = () => labRun({ ...matrix, name: 'twelve', paths: ['direct', 'relay-udp'] });

/** Each NAT once on either side: a ninth of the 81 pairs. */
function onePairAfterTheOther() {
  const folder = mkdtempSync(join(tmpdir(), 'polynya-bench-lab-'));
  try {
    const files = nine.map(([name, site], index) => {
      const [, other] = nine[(index * 2 + 1) % nine.length];
      const file = join(folder, `${name}.yaml`);
      const sites = { first: site, second: other };
      writeFileSync(file, stringify({ name: 'pair', about: name, sites, paths: ['direct'] }));
      return file;
    });
    const text = files.map((file) => `${process.execPath} ${program} lab run ${file} > /dev/null`).join('\n');
    const startMs = performance.now();
    const { status, stderr } = spawnSync('sh', ['-e'], { input: text, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return (performance.now() - startMs) * (81 / files.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ms = (value) => `${Math.round(value)} ms`;
const seconds = (value) => `${(value / 1000).toFixed(1)} s`;

export async function run() {
  // The kernel still takes namespaces apart, under its one lock, when a script that deletes them has ended: those come last.
  const sizes = [
    { count: 200, times: 3, compare: false },
    { count: 2, times: 7, compare: true },
    { count: 20, times: 3, compare: true },
  ];
  const rows = [];
  const up = new Map();
  for (const { count, times, compare } of sizes) {
    const mine = await repeated(times, () => ours(count));
    up.set(count, mine.upMs);
    rows.push([count, 'polynya', times, ms(mine.upMs), ms(mine.downMs), '']);
    if (!compare) continue;
    const script = await repeated(Math.min(times, 3), () => naive(count));
    const ratio = `${(script.upMs / mine.upMs).toFixed(1)} ×`;
    rows.push([
      count,
      'one command at a time',
      Math.min(times, 3),
      ms(script.upMs),
      ms(script.downMs),
      ratio,
    ]);
  }
  const { counts, timing } = await nineByNine();
  const serialMs = onePairAfterTheOther();
  const ratio = serialMs / timing.totalMs;
  const twelve = await twelveByTwelve();
  return {
    title: 'Building a lab, and nine classes of NAT against each other',
    intro:
      'Sites of one host behind one NAT, joined by routed links, with one server; and 9 × 9 pairs with node-datachannel agents, direct.',
    columns: ['NATs', 'built by', 'runs', 'up', 'down', 'time against polynya'],
    rows,
    notes: [
      `9 × 9: ${counts.cells} cells, ${counts.asExpected} as expected, ${counts.faults} faults of the harness; ${seconds(timing.totalMs)} in all, ${seconds(timing.cellsMs)} of it for the attempts; failures are decided when all checks are exhausted.`,
      `The same 81 pairs by a shell script, one after the other, each with a lab, a server and clients of its own: ${seconds(serialMs)} (nine of them measured, times nine), ${ratio.toFixed(1)} × as long.`,
      `12 × 12 over the direct path and relays over UDP: ${twelve.counts.cells} cells, ${twelve.counts.asExpected} as expected, ${twelve.counts.faults} faults of the harness; ${seconds(twelve.timing.totalMs)} in all.`,
    ],
    targets: [
      { name: 'a lab of 2 NATs is up within 100 ms', value: ms(up.get(2)), met: up.get(2) <= 100 },
      { name: 'a lab of 200 NATs is up within 5 s', value: ms(up.get(200)), met: up.get(200) <= 5_000 },
      { name: '9 × 9 direct within 60 s', value: seconds(timing.totalMs), met: timing.totalMs <= 60_000 },
      {
        name: '9 × 9 takes a shell script at least five times as long',
        value: `${ratio.toFixed(1)} ×`,
        met: ratio >= 5,
      },
      {
        name: '12 × 12 over direct and relay over UDP within 3 minutes',
        value: seconds(twelve.timing.totalMs),
        met: twelve.timing.totalMs <= 180_000,
      },
      {
        name: '9 × 9: at least 99 % as expected',
        value: `${counts.asExpected} of ${counts.cells}`,
        met: counts.asExpected >= 0.99 * counts.cells,
      },
    ],
  };
}
