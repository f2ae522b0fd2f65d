/** One reading of a connection’s statistics. Pure: takes plain entries, so that recorded ones can be tested. */
import type { CandidatePair } from '../../contract/candidate.ts';
import type { InboundMedia } from '../../contract/room-report.ts';
import { pairsFromStats, type StatsEntry } from '../check/pairs-from-stats.ts';

/** What the other end sends, as far as both have agreed: where it sends a picture, that is what is waited for. */
export type Awaited = 'picture' | 'sound';

export interface LinkSample {
  readonly atMs: number;
  readonly awaited: Awaited;
  readonly pairs: readonly CandidatePair[];
  readonly media: InboundMedia | null;
  /** Media bytes that came, for the rate. */
  readonly bytesReceived: number;
}

/** @param before the reading before this one; null: this is the first */
export function linkSample(
  entries: readonly StatsEntry[],
  atMs: number,
  before: LinkSample | null,
  awaited: Awaited = 'picture',
): LinkSample {
  const inbound = entries.filter((entry) => entry['type'] === 'inbound-rtp');
  const bytesReceived = total(inbound, 'bytesReceived');
  const pairs = pairsFromStats(entries);
  if (total(inbound, 'packetsReceived') === 0) return { atMs, awaited, pairs, media: null, bytesReceived };
  const video = inbound.filter((entry) => entry['kind'] === 'video');
  const media: InboundMedia = {
    packetsReceived: total(inbound, 'packetsReceived'),
    // May be below zero when packets came twice (RFC 3550 §6.4.1).
    packetsLost: Math.max(0, total(inbound, 'packetsLost')),
    jitterMs: inMs(first(video, 'jitter') ?? first(inbound, 'jitter')),
    framesDecoded: total(video, 'framesDecoded'),
    framesPerSecond: first(video, 'framesPerSecond'),
    width: whole(first(video, 'frameWidth')),
    height: whole(first(video, 'frameHeight')),
    freezes: whole(first(video, 'freezeCount')),
    totalAudioEnergy: first(inbound, 'totalAudioEnergy'),
    kbps: rate(bytesReceived, atMs, before),
  };
  return { atMs, awaited, pairs, media, bytesReceived };
}

/** Counters begin anew when a decoder does; then there is no rate, not one below zero. */
function rate(bytes: number, atMs: number, before: LinkSample | null): number | null {
  if (before === null || atMs <= before.atMs || bytes < before.bytesReceived) return null;
  return Math.round(((bytes - before.bytesReceived) * 8) / (atMs - before.atMs));
}

function number(entry: StatsEntry, name: string): number | null {
  const value = entry[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function total(entries: readonly StatsEntry[], name: string): number {
  return entries.reduce((sum, entry) => sum + (number(entry, name) ?? 0), 0);
}

function first(entries: readonly StatsEntry[], name: string): number | null {
  for (const entry of entries) {
    const value = number(entry, name);
    if (value !== null) return value;
  }
  return null;
}

function whole(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10_000) / 10;
}
