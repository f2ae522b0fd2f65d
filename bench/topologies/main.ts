/**
 * `npm run topologies`: rooms of 2, 3, 4, 6 and 8 over every path, then docs/topologies.md with the model beside the
 * measurement. `npm run topologies -- 2 3 mesh sfu`: rooms of these sizes over these paths, each once; prints the page,
 * and writes nothing. Needs Chromium, and Janus for its paths. Exit code 1 when a figure is further off than its bound.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { comparePaths } from '../../contract/compare-path.ts';
import type { CompareReport } from '../../contract/comparison.ts';
import { toolVersion } from '../../contract/release.ts';
import { measureRoom } from './measure-room.ts';
import { isMet, judgeTopologies, renderTopologies, worstText } from './render.ts';

const sizes = [2, 3, 4, 6, 8];
/** Small pictures at a rate that encoders reach while they share two cores with the servers. */
const media = { widthPx: 160, heightPx: 90, framesPerSec: 10, maxVideoKbps: 100, audio: true };
/** Seen from the build, `dist/bench/topologies`. */
const page = new URL('../../../docs/topologies.md', import.meta.url);

const words = process.argv.slice(2);
const isWhole = words.length === 0;
const askedSizes = words.map(Number).filter((size) => size >= 2);
const askedPaths = comparePaths.filter((path) => words.includes(path));
const startedMs = performance.now();
const reports: CompareReport[] = [];
for (const participants of askedSizes.length > 0 ? askedSizes : sizes) {
  const paths = askedPaths.length > 0 ? askedPaths : comparePaths;
  const report = await measureRoom({
    participants,
    paths,
    repeats: isWhole ? 3 : 1,
    media,
    warmUpSec: 3,
    holdSec: isWhole ? 8 : 5,
  });
  console.log(report.body.headline.sentence);
  reports.push(report);
}
const judged = judgeTopologies(reports);
const text = renderTopologies(reports, judged, {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
  versions: [`polynya ${toolVersion}`, `Node ${process.versions.node}`],
  minutes: (performance.now() - startedMs) / 60_000,
});
if (isWhole) {
  writeFileSync(page, text);
  console.log('wrote docs/topologies.md');
} else console.log(text);
for (const each of judged.bounds) {
  console.log(`${isMet(each) ? 'met   ' : 'MISSED'}  largest error of ${each.name}: ${worstText(each)}`);
}
process.exitCode = judged.bounds.every(isMet) ? 0 : 1;
