/**
 * When to send, and when silence may be believed. Nothing here is a fixed number of seconds: waits follow the
 * measured round trip, and the number of transmissions follows the measured loss.
 */
export interface Pacing {
  /** Offsets of the transmissions of one probe, in ms from its first one. */
  readonly sendOffsetsMs: readonly number[];
  /** Least distance of two copies once answers come in. */
  readonly beatMs: number;
  /** Transmissions before anything was heard at all. */
  readonly blindSends: number;
  /** Silence needs at least so many aged transmissions, however small the loss. */
  readonly minSilentSends: number;
  /** Transmissions beyond those that a silence needs. */
  readonly spareSends: number;
  /** Accepted probability that loss alone explains a silence. */
  readonly falseSilence: number;
  /** A transmission is aged when it is older than `ageRttFactor` × the longest round trip + `ageSlackMs`. */
  readonly ageRttFactor: number;
  readonly ageSlackMs: number;
  /** With no answer at all by then, UDP is taken to be silent. */
  readonly firstAnswerMs: number;
}

export const defaultPacing: Pacing = {
  sendOffsetsMs: [0, 40, 80, 120, 180, 260, 360, 480, 600, 720, 840, 960],
  beatMs: 40,
  blindSends: 8,
  minSilentSends: 5,
  spareSends: 2,
  falseSilence: 1e-5,
  ageRttFactor: 1.3,
  ageSlackMs: 40,
  firstAnswerMs: 1400,
};

/** Loss of a round trip, estimated with one imagined loss in four so that few samples never look perfect. */
export function estimateLoss(lost: number, answered: number): number {
  return (lost + 1) / (lost + answered + 4);
}

/** How many aged, unanswered transmissions it takes until loss alone explains the silence with `falseSilence` only. */
export function sendsForSilence(loss: number, pacing: Pacing): number {
  const needed = Math.ceil(Math.log(pacing.falseSilence) / Math.log(loss));
  return Math.min(pacing.sendOffsetsMs.length, Math.max(pacing.minSilentSends, needed));
}

export function ageMs(longestRttMs: number, pacing: Pacing): number {
  return pacing.ageRttFactor * longestRttMs + pacing.ageSlackMs;
}

/**
 * Offset of transmission number `index` of a question. Before the first answer of the run the schedule slows down,
 * to span a short outage; after it, a steady beat decides sooner. A question that begins when the round trip is
 * known spreads its copies over it, so that a long path is not flooded with answers still on their way.
 */
export function sendOffsetMs(
  index: number,
  rtt: { readonly atStartMs: number | null; readonly known: boolean },
  pacing: Pacing,
): number {
  const blind = pacing.sendOffsetsMs[index] ?? Number.POSITIVE_INFINITY;
  if (!Number.isFinite(blind)) return blind;
  if (rtt.atStartMs !== null) return index * Math.max(pacing.beatMs, rtt.atStartMs / 12);
  return rtt.known ? index * pacing.beatMs : blind;
}
