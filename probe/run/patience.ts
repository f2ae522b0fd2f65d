/** How long a probe waits for servers. Fixed numbers where nothing is known yet; else they follow the round trip. */
import { defaultPacing } from '../nat/pacing.ts';

export const patience = {
  /** First retransmission over UDP, like libwebrtc. */
  rtoMs: 250,
  /** One request over UDP: four copies, the last with 750 ms to come back. Long enough for a satellite path. */
  requestMs: 2_500,
  /** TCP and TLS handshake together: two SYN (RFC 6298 §2: one second apart) and a satellite path. */
  openMs: 3_000,
  /** No answer at all over UDP by then is silence, on a path that nothing is known of (as in `nat/pacing.ts`). */
  silentMs: defaultPacing.firstAnswerMs,
  /** Silence of this length over UDP is suspicious: TCP is asked too, to tell "blocked" from "down". */
  controlAfterMs: 150,
} as const;

/**
 * One server, from its first packet to its candidate. TURN over TLS takes six round trips at most: TCP, TLS 1.2 (two),
 * 401, stale nonce, success.
 */
export function attemptLimitMs(shortestRttMs: number | null): number {
  return Math.max(4_000, 6 * (shortestRttMs ?? 0) + 500);
}

/**
 * A TCP connection to a host that has answered over another transport: the second SYN has had its time, and a third
 * would leave two seconds later.
 */
export function tcpOpenLimitMs(hostRttMs: number): number {
  return Math.min(patience.openMs, 1_000 + 3 * hostRttMs + 200);
}

/** What is nice to have once the candidate is there: a better round trip, the confirmation of a release. */
export function afterwardsMs(rttMs: number | null): number {
  return rttMs === null ? 1_000 : Math.max(300, 4 * rttMs);
}
