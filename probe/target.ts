/** What to probe: one URI with the credentials that go with it. */
import { mintRestCredential } from '../stun/credential.ts';
import type { StunUri } from '../stun/uri.ts';

export interface ProbeTarget {
  readonly uri: StunUri;
  readonly username?: string;
  /** Password of `username`. */
  readonly credential?: string;
  /** Shared secret of a server with ephemeral ("REST") credentials; wins over `credential`. */
  readonly secret?: string;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Long enough for a probe and its refreshes, short enough to be worthless tomorrow. */
const ephemeralLifetimeSec = 600;

export function isTurn(uri: StunUri): boolean {
  return uri.scheme === 'turn' || uri.scheme === 'turns';
}

/** Long-term credentials of the target; null: none were given. */
export function credentialsOf(target: ProbeTarget, nowEpochSec: number): Credentials | null {
  if (target.secret !== undefined) {
    const minted = mintRestCredential(
      target.secret,
      target.username ?? 'polynya',
      Math.floor(nowEpochSec) + ephemeralLifetimeSec,
    );
    return { username: minted.username, password: minted.credential };
  }
  if (target.username === undefined || target.credential === undefined) return null;
  return { username: target.username, password: target.credential };
}
