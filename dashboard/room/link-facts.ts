/** What has been observed on one link, and how a reading of its statistics adds to it. Pure. */
import type { Path } from '../../contract/basics.ts';
import type { CandidateType } from '../../contract/candidate.ts';
import type { LinkSample } from './link-sample.ts';

/** Times are since the link was opened; null: never happened. */
export interface LinkFacts {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly link: string;
  readonly path: Path;
  /** The other end has answered, or offered. */
  readonly signalledMs: number | null;
  readonly firstCandidateMs: Readonly<Partial<Record<CandidateType, number>>>;
  readonly gatherCompleteMs: number | null;
  readonly iceConnectedMs: number | null;
  readonly dtlsConnectedMs: number | null;
  readonly channelOpenMs: number | null;
  readonly firstEchoMs: number | null;
  readonly echoRttsMs: readonly number[];
  readonly firstPacketMs: number | null;
  readonly firstFrameMs: number | null;
  /** Five seconds without a freeze, and under 5 % of the packets lost. */
  readonly stableMs: number | null;
  /** Since when it may be stable, with the counts of then. */
  readonly calm: {
    readonly sinceMs: number;
    readonly freezes: number;
    readonly lost: number;
    readonly received: number;
  } | null;
  readonly sample: LinkSample | null;
}

export function newFacts(link: Pick<LinkFacts, 'id' | 'from' | 'to' | 'link' | 'path'>): LinkFacts {
  return {
    ...link,
    signalledMs: null,
    firstCandidateMs: {},
    gatherCompleteMs: null,
    iceConnectedMs: null,
    dtlsConnectedMs: null,
    channelOpenMs: null,
    firstEchoMs: null,
    echoRttsMs: [],
    firstPacketMs: null,
    firstFrameMs: null,
    stableMs: null,
    calm: null,
    sample: null,
  };
}

const stableAfterMs = 5_000;
const mostLoss = 0.05;

export function withSample(facts: LinkFacts, sample: LinkSample): LinkFacts {
  const { media, atMs } = sample;
  const firstPacketMs = facts.firstPacketMs ?? (media === null ? null : atMs);
  const firstFrameMs = facts.firstFrameMs ?? (isDecoded(sample, facts.sample) ? atMs : null);
  const next: LinkFacts = { ...facts, sample, firstPacketMs, firstFrameMs };
  if (media === null || firstFrameMs === null || facts.stableMs !== null) return next;
  const { packetsLost: lost, packetsReceived: received } = media;
  const freezes = media.freezes ?? 0;
  const { calm } = facts;
  const start = { sinceMs: atMs, freezes, lost, received };
  // Counters that went back belong to another decoder: the five seconds begin again.
  if (calm === null || freezes !== calm.freezes || received < calm.received) return { ...next, calm: start };
  if (atMs - calm.sinceMs < stableAfterMs) return next;
  const lostShare = (lost - calm.lost) / Math.max(1, lost - calm.lost + received - calm.received);
  return lostShare < mostLoss ? { ...next, stableMs: atMs } : { ...next, calm: start };
}

/** Less than this between two readings is silence, which a mixer sends too while nobody speaks. */
const silence = 1e-6;

/** A decoded picture; where only sound is sent, sound that grows. */
function isDecoded({ media, awaited }: LinkSample, before: LinkSample | null): boolean {
  if (media === null) return false;
  if (awaited === 'picture') return media.framesDecoded > 0;
  const heard = (media.totalAudioEnergy ?? 0) - (before?.media?.totalAudioEnergy ?? 0);
  return heard > silence;
}
