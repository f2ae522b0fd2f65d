/** A comparison in figures: for each path what came of it, over all runs that count. */
import { type ComparePath, pathKindOf } from '../contract/compare-path.ts';
import type { ComparePlan, CompareReportBody, CompareRun } from '../contract/comparison.ts';
import type { Rate } from '../contract/runs.ts';
import { wilsonRate } from '../contract/wilson.ts';
import { roomCost } from './cost-model.ts';
import { type PathRuns, runsByPath } from './counted-runs.ts';
import { expectedLinks } from './expected-links.ts';
import { mediaRates } from './media-rates.ts';
import { meanOfAll, median } from './median.ts';
import { shapeOf } from './shape-of.ts';

export interface PathSummary {
  readonly path: ComparePath;
  readonly runs: number;
  /** Runs in which every link was seen. */
  readonly complete: number;
  /** Participants that were bots. */
  readonly bots: number;
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
  /** Runs in which the processor held an encoder back; their rates say nothing about the path. */
  readonly cpuLimited: number;
}

export function summarize(body: Pick<CompareReportBody, 'plan' | 'runs'>): PathSummary[] {
  return runsByPath(body).map((runs) => summarizePath(runs, body.plan));
}

function summarizePath({ path, runs, faults }: PathRuns, plan: ComparePlan): PathSummary {
  const links = runs.flatMap((run) => run.links);
  // Who was not even signalled is in nobody’s report, and counts all the same.
  const promised = runs.length * expectedLinks(pathKindOf(path), plan.participants);
  const overRuns = (measure: (run: CompareRun) => number | null): number | null =>
    median(runs.map(measure).filter((value) => value !== null));
  type Measure = (one: CompareRun['participants'][number]) => number | null | undefined;
  const perParticipant = (measure: Measure, counts: (one: CompareRun['participants'][number]) => boolean) =>
    overRuns(({ participants }) => meanOfAll(participants.filter(counts).map((one) => measure(one) ?? null)));
  const perMember = (measure: Measure) => perParticipant(measure, () => true);
  // Bots have no encoder and no decoder; what they cost is not what a participant costs.
  const perBrowser = (measure: Measure) => perParticipant(measure, (one) => !isBot(one));
  const media = links.flatMap((link) => (link.media === null ? [] : [link.media]));
  const lost = media.reduce((sum, { packetsLost }) => sum + packetsLost, 0);
  const received = media.reduce((sum, { packetsReceived }) => sum + packetsReceived, 0);
  return {
    path,
    runs: runs.length,
    complete: runs.filter(({ outcome }) => outcome === 'complete').length,
    bots: Math.max(0, ...runs.map(({ participants }) => participants.filter(isBot).length)),
    faults: faults.length,
    links: wilsonRate(links.filter(({ succeeded }) => succeeded).length, Math.max(links.length, promised)),
    setupMs: links.flatMap(({ setupMs }) => (setupMs === null ? [] : [setupMs])).toSorted((a, b) => a - b),
    upKbps: perMember(({ traffic }) => traffic?.up.kbps),
    downKbps: perMember(({ traffic }) => traffic?.down.kbps),
    encodedFps: perBrowser(({ traffic }) => traffic?.encodedFps),
    decodedFps: perBrowser(({ traffic }) => traffic?.decodedFps),
    clientCpuPercent: perBrowser(({ cpuPercent }) => cpuPercent),
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
    cpuLimited: runs.filter((run) => isHeldBack(run, plan)).length,
  };
}

/** Fewer pictures than this share of those planned: a timer or an encoder came too late. */
const fewestFrames = 0.85;

/** The browser says so, or encoders got less to do than was planned. */
function isHeldBack({ path, participants }: CompareRun, plan: ComparePlan): boolean {
  const { encodedFps } = roomCost(shapeOf(path, plan.participants, mediaRates(plan.media))).client;
  return participants.some(
    ({ traffic }) =>
      traffic?.limitedBy === 'cpu' || (traffic?.encodedFps ?? encodedFps) < fewestFrames * encodedFps,
  );
}

function isBot({ kind }: CompareRun['participants'][number]): boolean {
  return kind === 'bot';
}
