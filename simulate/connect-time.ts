/**
 * Time from the start until two people hear each other, from round trips counted by hand. Round trips vary from pair to
 * pair; what is waited for does not. `docs/simulate.md` shows the table.
 */
import type { Population, PopulationPath } from '../contract/population.ts';
import { linkOutcomes } from '../contract/simulation-report.ts';
import { type LinkChances, outcomeIndex } from './links.ts';
import { normalCdf } from './normal.ts';

/** Gaps between checks: RFC 8445 §14.2. Two better candidates of the peer, host and srflx, are checked first. */
const checkedBeforeRelayMs = 2 * 50;
/** A check (RFC 8445 §7.2) and DTLS 1.2 (RFC 6347 §4.2.4, with the cookie exchange left out as ICE allows). */
const tripsOnPath = 1 + 2;
/** Until there is a relay: a request that is refused, one with credentials (RFC 8489 §9.2), a permission (RFC 8656 §9). */
const tripsToRelay = 2 + 1;

interface PathTime {
  /** Grows with the round trips of the pair. */
  readonly tripsMs: number;
  readonly waitMs: number;
}

function pathTime(path: PopulationPath, { distances }: Population): PathTime {
  const [peerMs, serverMs, signallingMs] = [
    distances.peerMs.value,
    distances.serverMs.value,
    distances.signallingMs.value,
  ];
  // Both ends use the same relay.
  const throughRelayMs = 2 * serverMs;
  const relayed = (moreTrips: number): PathTime => ({
    tripsMs: (tripsToRelay + moreTrips) * serverMs + signallingMs + tripsOnPath * throughRelayMs,
    waitMs: checkedBeforeRelayMs,
  });
  switch (path) {
    case 'direct':
      return { tripsMs: serverMs + signallingMs + tripsOnPath * peerMs, waitMs: 0 };
    case 'relay-udp':
      return relayed(0);
    case 'relay-tcp':
      return relayed(1);
    case 'relay-tls':
      // TCP and TLS 1.3 (RFC 8446 §2).
      return relayed(2);
    case 'sfu':
      return { tripsMs: signallingMs + tripsOnPath * serverMs, waitMs: distances.giveUpMs.value };
  }
}

/** Median of the pairs that connect so. */
export function medianMs(path: PopulationPath, population: Population): number {
  const { tripsMs, waitMs } = pathTime(path, population);
  return tripsMs + waitMs;
}

/**
 * Quantile over the pairs that connect: a mixture of shifted log-normal distributions, one per path.
 * @param shares of {@link linkOutcomes}
 * @param quantile above 0, below 1
 * @returns null where nobody connects
 */
export function connectMs(shares: LinkChances, population: Population, quantile: number): number | null {
  const spread = population.distances.spread.value;
  const parts = linkOutcomes.flatMap((outcome) => {
    const share = shares[outcomeIndex[outcome]] ?? 0;
    return outcome === 'none' || share === 0 ? [] : [{ share, ...pathTime(outcome, population) }];
  });
  const connected = parts.reduce((sum, { share }) => sum + share, 0);
  if (connected === 0) return null;
  const isReached = (ms: number) =>
    parts.reduce((sum, part) => sum + part.share * connectedBy(ms, part, spread), 0) >= quantile * connected;
  let [low, high] = [0, 1];
  while (!isReached(high)) high *= 2;
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (isReached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function connectedBy(ms: number, { tripsMs, waitMs }: PathTime, spread: number): number {
  const leftMs = ms - waitMs;
  if (tripsMs === 0 || spread === 0) return leftMs >= tripsMs ? 1 : 0;
  return leftMs <= 0 ? 0 : normalCdf(Math.log(leftMs / tripsMs) / spread);
}
