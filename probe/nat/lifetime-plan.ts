/** Which socket stays idle for how long, and what is asked of whom in the binding lifetime test. */
import type { Endpoint } from '../../stun/endpoint.ts';
import { plainSpec } from './exchange.ts';
import type { ProbeSpec } from './nat-probe.ts';

/** Seconds. RFC 4787 REQ-5 asks for 120 at least and recommends 300; QUIC and WebRTC plan for 30. */
export const defaultIdleTimesSec: readonly number[] = [15, 30, 45, 60, 90, 120, 180, 300];
export const defaultLongestIdleSec = 120;
/** More sockets would be a load on small NATs, longer waits outlast most people's patience. */
export const maxIdleTimes = 16;
export const maxIdleSec = 1800;

/** The default schedule as far as `longestSec`, which is always the last entry. */
export function idleTimesUpTo(longestSec: number): number[] {
  return [...defaultIdleTimesSec.filter((sec) => sec < longestSec), longestSec];
}

/** Asks all questions on behalf of the idle sockets, so that these stay silent. */
export const askerSocket = 'lifetime-asker';
/** Kept awake: what reaches it shows that the server, RESPONSE-PORT and the path work at that moment. */
export const witnessSocket = 'lifetime-0';

export function idleSocket(idleSec: number): string {
  return `lifetime-${idleSec}`;
}

/** Makes the mapping of an idle socket, or of the witness (`idleSec` 0). */
export function learnSpec(idleSec: number, server: Endpoint): ProbeSpec {
  return plainSpec(`${idleSocket(idleSec)}/learn`, idleSocket(idleSec), server);
}

/** The witness refreshes its mapping. */
export function witnessSpec(idleSec: number, server: Endpoint): ProbeSpec {
  return plainSpec(`${idleSocket(idleSec)}/witness`, witnessSocket, server);
}

/**
 * RFC 5780 §4.6: another socket has the answer sent to the mapping under test. It leaves the server's endpoint that
 * the idle socket has spoken to, so that no filter stands in the way while the mapping lives.
 */
export function redirectedSpec(
  purpose: string,
  route: { readonly server: Endpoint; readonly arrivesAt: string; readonly responsePort: number },
): ProbeSpec {
  const { server, arrivesAt, responsePort } = route;
  return { ...plainSpec(purpose, askerSocket, server), arrivesAt, responsePort };
}

/** Without RESPONSE-PORT: the idle socket speaks up itself, and the server says whether its public port is the old one. */
export function againSpec(idleSec: number, server: Endpoint): ProbeSpec {
  return plainSpec(`${idleSocket(idleSec)}/again`, idleSocket(idleSec), server);
}
