/** From numbered messages and their echoes to what people ask of a call. Pure. */
import { median } from '../../../compare/median.ts';

export interface QualityFigures {
  /** Median, there and back. */
  readonly rttMs: number | null;
  /** RFC 3550 §6.4.1, of the way there and back. */
  readonly jitterMs: number | null;
  /** Of single messages that nobody repeats, both ways together, 0–1. */
  readonly lossRate: number | null;
  /** What came back per second; null: not measured. */
  readonly kbitPerSec: number | null;
  /** The echo peer’s limit was reached before the network’s. */
  readonly capped: boolean;
}

export type QualityUse = 'video' | 'audio' | 'poor';

/** Round trips in the order of arrival; `sent` counts all messages. */
export function delayFigures(
  rttsMs: readonly number[],
  sent: number,
): Pick<QualityFigures, 'rttMs' | 'jitterMs' | 'lossRate'> {
  let jitterMs = 0;
  for (const [index, rttMs] of rttsMs.entries()) {
    const before = rttsMs[index - 1];
    if (before !== undefined) jitterMs += (Math.abs(rttMs - before) - jitterMs) / 16;
  }
  return {
    rttMs: median(rttsMs),
    jitterMs: rttsMs.length < 2 ? null : jitterMs,
    lossRate: sent === 0 ? null : 1 - rttsMs.length / sent,
  };
}

/** What W3C and ITU-T documents and common apps ask for: loss, delay (ITU-T G.114), bandwidth of one picture. */
const limits = {
  video: { lossRate: 0.02, rttMs: 300, jitterMs: 40, kbitPerSec: 1_000 },
  audio: { lossRate: 0.05, rttMs: 400, jitterMs: 80, kbitPerSec: 100 },
} as const;

export function suitedFor(figures: QualityFigures): QualityUse | null {
  const { rttMs, jitterMs, lossRate, kbitPerSec } = figures;
  if (rttMs === null || jitterMs === null || lossRate === null) return null;
  const fits = (limit: (typeof limits)['video' | 'audio']): boolean =>
    lossRate <= limit.lossRate &&
    rttMs <= limit.rttMs &&
    jitterMs <= limit.jitterMs &&
    (kbitPerSec === null || kbitPerSec >= limit.kbitPerSec);
  return fits(limits.video) ? 'video' : fits(limits.audio) ? 'audio' : 'poor';
}
