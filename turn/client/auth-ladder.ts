import type { Attribute, AttributeValues } from '../../stun/attributes.ts';
import { longTermKey, nonceFeatures, userHash } from '../../stun/credential.ts';
import { getAttribute, type StunMessage } from '../../stun/message.ts';
import { type AllocationFailure, answerFailure } from './allocation-failure.ts';

type PasswordAlgorithm = AttributeValues['PASSWORD-ALGORITHM'];

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a request carries besides its own attributes, and the key that seals it. */
export interface Dress {
  readonly attributes: readonly Attribute[];
  /** Null: the request goes out bare, to be challenged. */
  readonly seal: { readonly key: Uint8Array; readonly algorithm: 'sha1' | 'sha256' } | null;
}

/** What has been tried for one request already. */
export interface Attempt {
  /** The refused request carried credentials. */
  readonly sealed: boolean;
  readonly stale: number;
  readonly realmChanges: number;
}
export const firstAttempt: Attempt = { sealed: false, stale: 0, realmChanges: 0 };

export type Climb =
  /** Dress the same request again and send it as a new transaction. */
  | { readonly retry: true; readonly attempt: Attempt; readonly because: 'challenged' | 'stale' }
  | { readonly retry: false; readonly failure: AllocationFailure };

/** Ids of RFC 8489 s18.5. */
const algorithmNames: Readonly<Record<number, 'md5' | 'sha256'>> = { 1: 'md5', 2: 'sha256' };

/** A server that answers one request with 438 more often loses its nonces, e.g. behind a load balancer. */
export const maxStale = 3;
/** A realm may change when a server is set up anew; more often than this is a loop. */
export const maxRealmChanges = 2;

interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  /** PASSWORD-ALGORITHMS exactly as received, to be sent back; null: the server sent none. */
  readonly offered: readonly PasswordAlgorithm[] | null;
  readonly chosen: PasswordAlgorithm | null;
  readonly key: Uint8Array;
}

/**
 * The client's side of the long-term credential mechanism (RFC 8489 s9.2): bare request, challenge, sealed
 * request, fresh nonces, and knowing when to stop.
 */
export class AuthLadder {
  readonly #credentials: Credentials | null;
  #challenge: Challenge | null = null;

  constructor(credentials: Credentials | null) {
    this.#credentials = credentials;
  }

  /** Dresses the next request (RFC 8489 s9.2.3). */
  dress(): Dress {
    if (this.#challenge === null || this.#credentials === null) return { attributes: [], seal: null };
    const { realm, nonce, offered, chosen, key } = this.#challenge;
    const { username } = this.#credentials;
    const attributes: Attribute[] = [
      // RFC 8489 s9.2.3.2: a server that offers anonymity gets the hash in place of the name.
      nonceFeatures(nonce)?.usernameAnonymity === true
        ? { name: 'USERHASH', value: userHash(username, realm) }
        : { name: 'USERNAME', value: username },
      { name: 'REALM', value: realm },
      { name: 'NONCE', value: nonce },
    ];
    if (offered !== null && chosen !== null) {
      attributes.push({ name: 'PASSWORD-ALGORITHMS', value: offered });
      attributes.push({ name: 'PASSWORD-ALGORITHM', value: chosen });
    }
    // RFC 8489 s9.2.5: a server that lists algorithms gets SHA-256 only. One that does not gets SHA-1 only:
    // coturn before 4.15 refuses a request that carries both with 420.
    return { attributes, seal: { key, algorithm: offered === null ? 'sha1' : 'sha256' } };
  }

  /** Takes in an error response to a request. */
  onRefusal(message: StunMessage, attempt: Attempt): Climb {
    const code = getAttribute(message, 'ERROR-CODE')?.code;
    if (code === 401) return this.#onUnauthenticated(message, attempt);
    if (code === 438) return this.#onStale(message, attempt);
    return stop(answerFailure(message));
  }

  #onUnauthenticated(message: StunMessage, attempt: Attempt): Climb {
    if (this.#credentials === null) {
      return stop({ code: 'turn-credentials-missing', detail: answerFailure(message).detail });
    }
    const next = { ...attempt, sealed: true };
    if (attempt.sealed) {
      const realm = getAttribute(message, 'REALM');
      // RFC 8489 s9.2.5: the same credentials for the same realm will not fare better a second time.
      if (realm === undefined || realm === this.#challenge?.realm) return stop(answerFailure(message));
      next.realmChanges += 1;
      if (next.realmChanges > maxRealmChanges) return stop(answerFailure(message));
    }
    return this.#adopt(message, this.#credentials, { retry: true, attempt: next, because: 'challenged' });
  }

  #onStale(message: StunMessage, attempt: Attempt): Climb {
    const next = { ...attempt, sealed: true, stale: attempt.stale + 1 };
    if (this.#credentials === null || next.stale > maxStale) return stop(answerFailure(message));
    return this.#adopt(message, this.#credentials, { retry: true, attempt: next, because: 'stale' });
  }

  #adopt(message: StunMessage, credentials: Credentials, climb: Climb): Climb {
    const realm = getAttribute(message, 'REALM') ?? this.#challenge?.realm;
    const nonce = getAttribute(message, 'NONCE');
    if (realm === undefined || nonce === undefined) {
      const missing = realm === undefined ? 'REALM' : 'NONCE';
      return stop({ code: 'stun-malformed', detail: `${answerFailure(message).detail}, without ${missing}` });
    }
    const offered = getAttribute(message, 'PASSWORD-ALGORITHMS') ?? null;
    if (offered === null && nonceFeatures(nonce)?.passwordAlgorithms === true) {
      // RFC 8489 s9.2.5: the nonce says that a list exists and it is gone: someone wants weaker keys. No retry.
      return stop({
        code: 'turn-password-algorithms',
        detail: 'the nonce declares PASSWORD-ALGORITHMS, the answer has none',
      });
    }
    const chosen = offered === null ? null : strongest(offered);
    if (offered !== null && chosen === null) {
      const ids = offered.slice(0, 8).map((algorithm) => algorithm.id);
      return stop({
        code: 'turn-password-algorithms',
        detail: `algorithms ${ids.join(', ')} are not known here`,
      });
    }
    const hash = chosen === null ? 'md5' : algorithmNames[chosen.id];
    const key = longTermKey(credentials.username, realm, credentials.password, hash ?? 'md5');
    this.#challenge = { realm, nonce, offered, chosen, key };
    return climb;
  }
}

function strongest(offered: readonly PasswordAlgorithm[]): PasswordAlgorithm | null {
  const known = offered.filter((algorithm) => algorithmNames[algorithm.id] !== undefined);
  return known.find((algorithm) => algorithmNames[algorithm.id] === 'sha256') ?? known[0] ?? null;
}

function stop(failure: AllocationFailure): Climb {
  return { retry: false, failure };
}
