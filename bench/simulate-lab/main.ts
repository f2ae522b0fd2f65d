/**
 * `npm run simulate-lab`: pairs drawn from presets, every one of them tried in kernel NATs, then docs/simulate-lab.md.
 * `npm run simulate-lab -- corporate 40 7`: so many pairs of this preset with this seed; prints the page, and writes
 * nothing. Needs root, nftables and coturn. Exit code 1 when a target is missed.
 */
import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { loadPopulation, presetNames } from '../../cli/load-population.ts';
import type { LabReport } from '../../contract/lab-report.ts';
import { toolVersion } from '../../contract/release.ts';
import { runScenario } from '../../scenarios/io/run/run-scenario.ts';
import { compileScenario } from '../../scenarios/scenario/compile.ts';
import { builtCommand } from '../../service/release.ts';
import { kindsOf } from '../../simulate/kinds.ts';
import { drawPairs, pairTypes } from './draw-pairs.ts';
import { type JudgedSample, judgeSample, targetsOf } from './judge-sample.ts';
import { placePairs } from './lab-sites.ts';
import { renderSimulateLab } from './render.ts';
import { type RunLab, resolvePairs } from './resolve-pairs.ts';

const usualPresets = ['everyday', 'corporate'];
const usualPairs = 550;
const usualSeed = 1;
/** Most attempts wait for answers that do not come. */
const jobs = 20;
/** Seen from the build, `dist/bench/simulate-lab`. */
const page = new URL('../../../docs/simulate-lab.md', import.meta.url);

const words = process.argv.slice(2);
const [pairs = usualPairs, seed = usualSeed] = words.map(Number).filter((number) => Number.isInteger(number));
const named = presetNames().filter((preset) => words.includes(preset));
const own = (...args: readonly string[]) => [process.execPath, builtCommand, ...args];
const programs = {
  client: () => own('lab', 'agent'),
  turnServe: own('turn', 'serve'),
  sfu: own('lab', 'sfu'),
  serve: own('serve'),
  member: own('lab', 'member'),
};

let last: LabReport | null = null;
const inKernel: RunLab = async (scenario) => {
  const report = await runScenario(compileScenario(scenario), { jobs, programs });
  const { counts, timing } = report.body;
  console.log(`  ${scenario.paths[0]}: ${counts.cells} pairs in ${Math.round(timing.totalMs / 1000)} s`);
  last = report;
  return report.body.cells;
};

async function sample(preset: string): Promise<JudgedSample> {
  const whole = loadPopulation(preset);
  // A media server is no path between two people: the sample is of pairs.
  const population = { ...whole, paths: whole.paths.filter((path) => path !== 'sfu') };
  const types = pairTypes(population);
  const drawn = drawPairs(types, pairs, seed);
  console.log(`${preset}: ${drawn.length} pairs of ${new Set(drawn).size} kinds`);
  const resolved = await resolvePairs(kindsOf(population), placePairs(drawn), population.paths, inKernel);
  return judgeSample(population, types, drawn, resolved);
}

const startedMs = performance.now();
const samples: JudgedSample[] = [];
for (const preset of named.length > 0 ? named : usualPresets) samples.push(await sample(preset));
const targets = samples.flatMap(targetsOf);
const report = last as LabReport | null;
const text = renderSimulateLab(samples, targets, {
  date: new Date().toISOString().slice(0, 10),
  machine: `kernel ${release()}, ${cpus().length} processors`,
  versions: [`polynya ${toolVersion}`, `Node ${process.versions.node}`],
  agent: report?.body.agent ?? '',
  server: report?.body.server ?? '',
  seconds: (performance.now() - startedMs) / 1000,
  seed,
});
if (words.length === 0) {
  writeFileSync(page, text);
  console.log('wrote docs/simulate-lab.md');
} else console.log(text);
for (const { name, value, met } of targets) console.log(`${met ? 'met   ' : 'MISSED'}  ${name}: ${value}`);
process.exitCode = targets.every(({ met }) => met) ? 0 : 1;
