/** What this member sends and receives, from two readings of all its connections. Pure. */
import type { MemberTraffic } from '../../contract/member-traffic.ts';
import type { StatsEntry } from '../check/pairs-from-stats.ts';
import { pairsFromStats } from '../check/pairs-from-stats.ts';

const limits = ['none', 'cpu', 'bandwidth', 'other'] as const;
type Limit = (typeof limits)[number];

/** Sums that only grow while a connection stands; null: this browser does not tell. */
export interface Counters {
  readonly bytesUp: number | null;
  readonly bytesDown: number | null;
  readonly packetsUp: number | null;
  readonly packetsDown: number | null;
  readonly framesEncoded: number | null;
  readonly framesDecoded: number | null;
  readonly encodeSec: number | null;
  readonly decodeSec: number | null;
  readonly limitedSec: Readonly<Record<Limit, number>> | null;
}

export interface TrafficReading {
  readonly atMs: number;
  /** By a name that no other connection of this page has. */
  readonly connections: ReadonlyMap<string, Counters>;
}

/** Of one connection, from its `getStats()`. */
export function countersOf(entries: readonly StatsEntry[]): Counters {
  const of = (type: string, kind?: string): StatsEntry[] =>
    entries.filter((entry) => entry['type'] === type && (kind === undefined || entry['kind'] === kind));
  const encoders = of('outbound-rtp', 'video');
  const decoders = of('inbound-rtp', 'video');
  // The transport counts over all pairs that it had; where a browser leaves that out, the pair in use is next best.
  const selected = pairsFromStats(entries).find((pair) => pair.selected);
  const carriers = of('transport').some((entry) => typeof entry['bytesSent'] === 'number')
    ? of('transport')
    : of('candidate-pair').filter((entry) => entry['id'] === selected?.id);
  return {
    bytesUp: total(carriers, 'bytesSent'),
    bytesDown: total(carriers, 'bytesReceived'),
    packetsUp: total(carriers, 'packetsSent'),
    packetsDown: total(carriers, 'packetsReceived'),
    framesEncoded: total(encoders, 'framesEncoded'),
    framesDecoded: total(decoders, 'framesDecoded'),
    encodeSec: total(encoders, 'totalEncodeTime'),
    decodeSec: total(decoders, 'totalDecodeTime'),
    limitedSec: limitedOf(encoders),
  };
}

/** Connections that were not there at both readings are left out: what they carried was not carried all the time. */
export function memberTraffic(before: TrafficReading, after: TrafficReading): MemberTraffic | null {
  const windowMs = after.atMs - before.atMs;
  if (windowMs <= 0) return null;
  const both = [...after.connections].flatMap(([name, now]) => {
    const then = before.connections.get(name);
    return then === undefined ? [] : [{ then, now }];
  });
  const grown = (counter: Exclude<keyof Counters, 'limitedSec'>): number | null => {
    const known = both.flatMap(({ then, now }) => {
      const [from, to] = [then[counter], now[counter]];
      // Counters begin anew when an encoder or a decoder does; a rate below zero would be none.
      return from === null || to === null || to < from ? [] : [to - from];
    });
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  };
  const perSec = (amount: number | null): number | null =>
    amount === null ? null : rounded((amount * 1000) / windowMs);
  const [encoded, decoded] = [grown('framesEncoded'), grown('framesDecoded')];
  return {
    windowMs: Math.round(windowMs),
    connections: after.connections.size,
    up: {
      kbps: rounded(((grown('bytesUp') ?? 0) * 8) / windowMs),
      packetsPerSec: perSec(grown('packetsUp')),
    },
    down: {
      kbps: rounded(((grown('bytesDown') ?? 0) * 8) / windowMs),
      packetsPerSec: perSec(grown('packetsDown')),
    },
    encodedFps: perSec(encoded),
    decodedFps: perSec(decoded),
    encodeMsPerFrame: perFrame(grown('encodeSec'), encoded),
    decodeMsPerFrame: perFrame(grown('decodeSec'), decoded),
    limitedBy: limitOf(both),
  };
}

/** What held the encoders back for the most of the window. */
function limitOf(both: readonly { then: Counters; now: Counters }[]): Limit | null {
  const sums = limits.map((limit) =>
    both.reduce((sum, { then, now }) => {
      if (now.limitedSec === null) return sum;
      return sum + Math.max(0, now.limitedSec[limit] - (then.limitedSec?.[limit] ?? 0));
    }, 0),
  );
  const most = Math.max(...sums);
  return most <= 0 ? null : (limits[sums.indexOf(most)] ?? null);
}

function limitedOf(encoders: readonly StatsEntry[]): Counters['limitedSec'] {
  const known = encoders.flatMap((entry) => {
    const durations = entry['qualityLimitationDurations'];
    return typeof durations === 'object' && durations !== null ? [durations] : [];
  });
  if (known.length === 0) return null;
  const sum = (limit: Limit): number =>
    known.reduce((so, durations) => so + (finite(Reflect.get(durations, limit)) ?? 0), 0);
  return { none: sum('none'), cpu: sum('cpu'), bandwidth: sum('bandwidth'), other: sum('other') };
}

function total(entries: readonly StatsEntry[], name: string): number | null {
  const known = entries.flatMap((entry) => finite(entry[name]) ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function perFrame(seconds: number | null, frames: number | null): number | null {
  return seconds === null || frames === null || frames === 0
    ? null
    : Math.round((seconds / frames) * 100_000) / 100;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
