import type { CheckConfig } from '../../contract/api.ts';
import type { IceServer } from '../../contract/servers.ts';
import { mintRestCredential } from '../../stun/credential.ts';
import type { StoredServer } from '../store/store.ts';

/** Life of a minted TURN credential. Long enough for a check, too short to be worth stealing. */
export const mintedTtlSec = 600;

/** Left of the colon in a minted username, where the server has none configured. */
const mintedUser = 'polynya';

/**
 * The enabled servers as a browser wants them. With `auth: secret` it gets a credential for `lifeSec`;
 * with `auth: password` the password itself, since WebRTC has no other way. A TURN URL without credentials is left
 * out: `new RTCPeerConnection` throws on it (W3C WebRTC §4.4.1.1).
 *
 * @param lifeSec how long a minted credential is good for
 */
export function iceServersFor(
  servers: readonly StoredServer[],
  nowEpochSec: number,
  lifeSec = mintedTtlSec,
): Pick<CheckConfig, 'iceServers' | 'hasRelay'> {
  const iceServers: IceServer[] = [];
  let hasRelay = false;
  for (const server of servers) {
    if (!server.enabled) continue;
    const login = loginOf(server, nowEpochSec + lifeSec);
    const urls = server.urls.filter((url) => login !== null || !isTurn(url));
    if (urls.length === 0) continue;
    iceServers.push({ urls, ...login });
    hasRelay ||= urls.some(isTurn);
  }
  return { iceServers, hasRelay };
}

function isTurn(url: string): boolean {
  return /^turns?:/i.test(url);
}

function loginOf(
  server: StoredServer,
  expiresAtEpochSec: number,
): { username: string; credential: string } | null {
  if (server.auth === 'none' || server.credential === null) return null;
  if (server.auth === 'secret') {
    return mintRestCredential(server.credential, server.username ?? mintedUser, expiresAtEpochSec);
  }
  return server.username === null ? null : { username: server.username, credential: server.credential };
}
