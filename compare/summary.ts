/** A comparison in figures: for each path what came of it, over all runs that count. */
import type { ComparePath } from '../contract/compare-path.ts';
import type { CompareReportBody, CompareRun } from '../contract/comparison.ts';
import type { Rate } from '../contract/runs.ts';
import { wilsonRate } from '../contract/wilson.ts';
import { type PathRuns, runsByPath } from './counted-runs.ts';
import { meanOfAll, median } from './median.ts';

export interface PathSummary {
  readonly path: ComparePath;
  readonly runs: number;
  /** Runs in which every link was seen. */
  readonly complete: number;
  /** Tries that the tool spoiled. */
  readonly faults: number;
  /** Of directed links. */
  readonly links: Rate;
  /** Set-up times of the links that succeeded, ascending. */
  readonly setupMs: readonly number[];
  /** Medians over the runs, of the means over their participants; null: not measured in any run. */
  readonly upKbps: number | null;
  readonly downKbps: number | null;
  readonly encodedFps: number | null;
  readonly decodedFps: number | null;
  readonly clientCpuPercent: number | null;
  readonly serverCpuPercent: number | null;
  readonly serverOutKbps: number | null;
  readonly turnOutKbps: number | null;
  readonly turnCpuPercent: number | null;
  /** Medians over all links. */
  readonly rttMs: number | null;
  readonly jitterMs: number | null;
  /** Share of packets, over all links. */
  readonly loss: number | null;
  readonly freezes: number;
  /** Runs in which an encoder was held back by the processor; their rates say nothing about the path. */
  readonly cpuLimited: number;
}

export function summarize(body: Pick<CompareReportBody, 'plan' | 'runs'>): PathSummary[] {
  return runsByPath(body).map(summarizePath);
}

function summarizePath({ path, runs, faults }: PathRuns): PathSummary {
  const links = runs.flatMap((run) => run.links);
  const overRuns = (measure: (run: CompareRun) => number | null): number | null =>
    median(runs.map(measure).filter((value) => value !== null));
  const perParticipant = (measure: (one: CompareRun['participants'][number]) => number | null | undefined) =>
    overRuns(({ participants }) => meanOfAll(participants.map((one) => measure(one) ?? null)));
  const media = links.flatMap((link) => (link.media === null ? [] : [link.media]));
  const lost = media.reduce((sum, { packetsLost }) => sum + packetsLost, 0);
  const received = media.reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
  return {
    path,
    runs: runs.length,
    complete: runs.filter(({ outcome }) => outcome === 'complete').length,
    faults: faults.length,
    links: wilsonRate(links.filter(({ succeeded }) => succeeded).length, links.length),
    setupMs: links.flatMap(({ setupMs }) => (setupMs === null ? [] : [setupMs])).toSorted((a, b) => a - b),
    upKbps: perParticipant(({ traffic }) => traffic?.up.kbps),
    downKbps: perParticipant(({ traffic }) => traffic?.down.kbps),
    encodedFps: perParticipant(({ traffic }) => traffic?.encodedFps),
    decodedFps: perParticipant(({ traffic }) => traffic?.decodedFps),
    clientCpuPercent: perParticipant(({ cpuPercent }) => cpuPercent),
    serverCpuPercent: overRuns(({ server }) => server?.cpuPercent ?? null),
    serverOutKbps: overRuns(({ server }) => server?.outKbps ?? null),
    turnOutKbps: overRuns(({ turn }) =>
      turn === null || turn.windowMs === 0 ? null : (turn.egressBytes * 8) / turn.windowMs,
    ),
    turnCpuPercent: overRuns(({ turn }) => turn?.cpuPercent ?? null),
    rttMs: median(
      links.flatMap(({ pairs, echoRttMs }) => {
        const rtt = pairs[0]?.rttMs ?? echoRttMs;
        return rtt === null ? [] : [rtt];
      }),
    ),
    jitterMs: median(media.flatMap((each) => (each.jitterMs === null ? [] : [each.jitterMs]))),
    loss: lost + received === 0 ? null : lost / (lost + received),
    freezes: media.reduce((sum, each) => sum + (each.freezes ?? 0), 0),
    cpuLimited: runs.filter(({ participants }) =>
      participants.some(({ traffic }) => traffic?.limitedBy === 'cpu'),
    ).length,
  };
}
