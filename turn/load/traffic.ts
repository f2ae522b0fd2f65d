/** From a mix of streams to flows and their rates. */
import type { LoadStream, LoadTraffic } from '../../contract/load-profile.ts';
import type { Source } from './arrivals.ts';

/** RFC 8656 s12.4: number and length. */
export const channelHeaderBytes = 4;
/** UDP and IP, by version. */
export const packetHeaderBytes = { ipv4: 28, ipv6: 48 } as const;

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

/** Packets a second and payload bytes of a packet, over all flows at their natural rates. */
export function meanStream(traffic: LoadTraffic): { readonly perSec: number; readonly bytes: number } {
  const kinds = kindsOfFlows(traffic, 0, 1);
  const perSec = kinds.reduce((sum, kind) => sum + kind.perSec, 0);
  const bytesPerSec = kinds.reduce((sum, kind) => sum + kind.perSec * kind.bytes, 0);
  return { perSec: perSec / kinds.length, bytes: bytesPerSec / perSec };
}
