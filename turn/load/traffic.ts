/** From a mix of streams to flows and their rates. */
import type { LoadProfile, LoadStream, LoadTraffic } from '../../contract/load-profile.ts';
import type { Source } from './arrivals.ts';

/** RFC 8656 s12.4: number and length. */
export const channelHeaderBytes = 4;
/** RFC 8656 s12: the top bits of ChannelData are 01, those of STUN 00. */
export const firstOfChannelData = 0x40;

/** The kind of each flow of one worker: flows are shared out in proportion, and alternate. */
export function kindsOfFlows({ mix, flows }: LoadTraffic, worker: number, workers: number): LoadStream[] {
  const total = mix.reduce((sum, { share }) => sum + share, 0);
  const given = mix.map(() => 0);
  const kinds: LoadStream[] = [];
  for (let flow = 0; flow < flows; flow += 1) {
    // The kind that is furthest behind its share comes next.
    const behind = mix.map(({ share }, i) => (share / total) * (flow + 1) - (given[i] ?? 0));
    const next = behind.indexOf(Math.max(...behind));
    given[next] = (given[next] ?? 0) + 1;
    const kind = mix[next];
    if (kind !== undefined && flow % workers === worker) kinds.push(kind);
  }
  return kinds;
}

/** Sources that send `perSec` packets a second together, each kind at its proportion. */
export function sourcesOf(kinds: readonly LoadStream[], perSec: number): Source[] {
  const natural = kinds.reduce((sum, kind) => sum + kind.perSec, 0);
  return kinds.map((kind, flow) => ({
    flow,
    burst: kind.burst,
    periodMs: (1000 * kind.burst * natural) / (kind.perSec * perSec),
  }));
}

/** By packets: who sends more counts more. */
export function meanOverPackets(traffic: LoadTraffic, value: (stream: LoadStream) => number): number {
  let [packets, sum] = [0, 0];
  for (const kind of kindsOfFlows(traffic, 0, 1)) {
    packets += kind.perSec;
    sum += kind.perSec * value(kind);
  }
  return sum / packets;
}

/** Packets a second and payload bytes of a packet, over all flows at their natural rates. */
export function meanStream(traffic: LoadTraffic): { readonly perSec: number; readonly bytes: number } {
  const kinds = kindsOfFlows(traffic, 0, 1);
  const perSec = kinds.reduce((sum, kind) => sum + kind.perSec, 0) / kinds.length;
  return { perSec, bytes: meanOverPackets(traffic, ({ bytes }) => bytes) };
}

/** The same load with packets of each of `sizes`; without sizes as it is. */
export function profilesBySize(profile: LoadProfile): LoadProfile[] {
  const { traffic } = profile;
  if (profile.axis !== 'packets' || traffic.sizes.length === 0) return [profile];
  return traffic.sizes.map((bytes, index) => ({
    ...profile,
    // How the server comes back from too much is looked at once.
    recovery: index === 0 ? profile.recovery : null,
    traffic: { ...traffic, sizes: [], mix: traffic.mix.map((stream) => ({ ...stream, bytes })) },
  }));
}
