/**
 * `npm run topologies`: `polynya compare` for rooms of 2, 3, 4, 6 and 8 over every path, then docs/topologies.md with
 * the model beside the measurement. `npm run topologies -- 2 3`: rooms of these sizes; prints the table, and writes
 * nothing. Needs Chromium, and Janus for its paths. Exit code 1 when a figure is further off than its bound.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CompareReport, compareReportSchema } from '../../contract/comparison.ts';
import { toolVersion } from '../../contract/release.ts';
import { judgeTopologies, renderTopologies } from './render.ts';

const sizes = [2, 3, 4, 6, 8];
/** Long enough for bandwidth estimation to let the encoders go, and for rates that hold still. */
const timing = ['--warm-up', '6', '--hold', '10', '--repeats', '3', '--limit', '30'];
/** Small pictures at a rate that an encoder reaches even when sixty-four of them share two cores. */
const media = ['--size', '160x90', '--fps', '10', '--kbps', '100'];
/** Seen from the build, `dist/bench/topologies`. */
const command = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const page = new URL('../../../docs/topologies.md', import.meta.url);

async function compareAt(participants: number, folder: string): Promise<CompareReport> {
  const file = join(folder, `${participants}.json`);
  const argv = [command, 'compare', '-n', String(participants), ...media, ...timing, '--out', file];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'inherit', 'inherit'] });
  await new Promise((resolve) => child.once('close', resolve));
  return compareReportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

const asked = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'topologies-'));
const startedMs = performance.now();
const reports: CompareReport[] = [];
try {
  for (const participants of asked.length > 0 ? asked : sizes)
    reports.push(await compareAt(participants, folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const judged = judgeTopologies(reports);
const text = renderTopologies(reports, judged, {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
  versions: [`polynya ${toolVersion}`, `Node ${process.versions.node}`],
  minutes: (performance.now() - startedMs) / 60_000,
});
if (asked.length === 0) {
  writeFileSync(page, text);
  console.log('wrote docs/topologies.md');
} else console.log(text);
for (const { name, worst, bound } of judged.bounds) {
  console.log(`${worst <= bound ? 'met   ' : 'MISSED'}  ${name}: at most ${(worst * 100).toFixed(1)} % off`);
}
process.exitCode = judged.bounds.every(({ worst, bound }) => worst <= bound) ? 0 : 1;
