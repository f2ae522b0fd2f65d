/** “For rooms like yours”: which path to take, and why. */
import type { Headline } from '../contract/basics.ts';
import { type ComparePath, pathKindOf } from '../contract/compare-path.ts';
import type { CompareReportBody } from '../contract/comparison.ts';
import { roomCost } from './cost-model.ts';
import { mediaRates } from './media-rates.ts';
import { shapeOf } from './shape-of.ts';
import { type PathSummary, summarize } from './summary.ts';

/** What a home connection has to spare upwards; a mesh that needs more than this is for offices only. */
export const homeUpKbps = 2_000;

const names: Readonly<Record<ComparePath, string>> = {
  mesh: 'a direct mesh',
  sfu: 'the embedded SFU',
  'sfu-janus': 'Janus as SFU',
  mcu: 'the audio mixer',
  'relay-udp': 'a TURN relay over UDP',
  'relay-tcp': 'a TURN relay over TCP',
  'relay-tls': 'a TURN relay over TLS',
};

type Subject = Pick<CompareReportBody, 'plan' | 'runs'>;

export function verdictOf(body: Subject): Headline {
  const tried = summarize(body).filter(({ runs }) => runs > 0);
  const sound = tried.filter(isSound);
  const say = (
    status: Headline['status'],
    code: string,
    sentence: string,
    advice: string[] = [],
  ): Headline => ({
    status,
    code,
    sentence: sentence.slice(0, 500),
    advice,
  });
  if (tried.length === 0) {
    return say('unknown', 'compare-nothing', 'No run says anything about its path.', ['Run it again.']);
  }
  const { participants } = body.plan;
  const rooms = `For rooms like yours (${participants} participants, ${mediaText(body)})`;
  const [best] = sound.toSorted((a, b) => rank(a, body) - rank(b, body));
  if (best === undefined) {
    const closest = tried.toSorted((a, b) => (b.links.rate ?? 0) - (a.links.rate ?? 0))[0];
    const told =
      closest === undefined ? '' : `; the closest was ${names[closest.path]} with ${shareText(closest)}`;
    return say('bad', 'compare-none', `${rooms}: no path connected everybody${told}.`, adviceFor(body));
  }
  const broken = tried.filter((summary) => !isSound(summary));
  const sentence = `${rooms}: ${names[best.path]}, because ${reasonFor(best, sound, body)}.`;
  return say(broken.length === 0 ? 'good' : 'limited', `compare-${best.path}`, sentence, adviceFor(body));
}

/** Every run that counts connected everybody. */
function isSound({ runs, complete }: PathSummary): boolean {
  return runs > 0 && complete === runs;
}

/** Lower is better. A picture is worth a server; a server is worth what it spares; a relay is for those who need it. */
function rank({ path, upKbps, rttMs, serverCpuPercent }: PathSummary, { plan }: Subject): number {
  const kind = pathKindOf(path);
  const up = upKbps ?? modelledUp(plan, path);
  const fine = (serverCpuPercent ?? 0) / 1e3 + (rttMs ?? 0) / 1e6;
  if (kind === 'mesh')
    return fine + (plan.participants <= 2 || (plan.participants === 3 && up <= homeUpKbps) ? 0 : 2);
  if (kind === 'sfu') return fine + 1 + (path === 'sfu' ? 0 : 0.1);
  // Over UDP, TCP and TLS, in this order.
  if (kind === 'relay') return fine + 3 + ['relay-udp', 'relay-tcp', 'relay-tls'].indexOf(path) / 10;
  return fine + 4;
}

function modelledUp(plan: Subject['plan'], path: ComparePath): number {
  return roomCost(shapeOf(path, plan.participants, mediaRates(plan.media))).client.upKbps;
}

function reasonFor(best: PathSummary, sound: readonly PathSummary[], { plan, runs }: Subject): string {
  const kind = pathKindOf(best.path);
  const up = best.upKbps ?? modelledUp(plan, best.path);
  const mesh = sound.find(({ path }) => path === 'mesh');
  if (kind === 'mesh') {
    return `everybody connected in every run, it needs no server, and each sends ${rateText(up)} only`;
  }
  if (kind === 'sfu') {
    const meshUp = mesh?.upKbps ?? modelledUp(plan, 'mesh');
    const instead = `each sends one stream (${rateText(up)}) where a mesh needs ${plan.participants - 1} (${rateText(meshUp)})`;
    const isBroken = mesh === undefined && runs.some(({ path }) => path === 'mesh');
    return isBroken ? `${instead}, and the mesh did not connect everybody` : instead;
  }
  if (kind === 'relay') return 'nothing else of what was tried connected everybody';
  return 'it connected everybody, with sound only, and takes the same of each however large the room is';
}

function adviceFor(body: Subject): string[] {
  const failures = body.runs.flatMap(({ links, faults }) => [
    ...links.flatMap(({ failure }) => (failure === undefined ? [] : [failure.next])),
    ...faults.map(({ next }) => next),
  ]);
  return [...new Set(failures)].slice(0, 5);
}

function mediaText({ plan: { media } }: Subject): string {
  return `${media.widthPx}×${media.heightPx} at ${media.framesPerSec}/s, ${media.maxVideoKbps} kbit/s`;
}

function shareText({ links }: PathSummary): string {
  return `${links.succeeded} of ${links.attempts} links`;
}

function rateText(kbps: number): string {
  return kbps < 1_000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1000).toFixed(1)} Mbit/s`;
}
