/** What a bot sent and got, from two readings of its counters. Pure. */
import type { MemberTraffic } from '../../contract/member-traffic.ts';

/** Sums over all connections. */
export interface BotSums {
  readonly atMs: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly packetsUp: number;
  readonly packetsDown: number;
}

export function botTraffic(before: BotSums, after: BotSums, connections: number): MemberTraffic {
  const windowMs = after.atMs - before.atMs;
  // A connection that has gone took its counts with it.
  const rate = (amount: number): number => Math.max(0, Math.round((amount / windowMs) * 10) / 10);
  const flow = (bytes: number, packets: number) => ({
    kbps: rate(bytes * 8),
    packetsPerSec: rate(packets * 1000),
  });
  return {
    windowMs: Math.round(windowMs),
    connections,
    up: flow(after.bytesUp - before.bytesUp, after.packetsUp - before.packetsUp),
    down: flow(after.bytesDown - before.bytesDown, after.packetsDown - before.packetsDown),
    encodedFps: null,
    decodedFps: null,
    encodeMsPerFrame: null,
    decodeMsPerFrame: null,
    limitedBy: null,
  };
}
