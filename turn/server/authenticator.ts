import type { Attribute, AttributeValues } from '../../stun/attributes.ts';
import { nonceFeatures } from '../../stun/credential.ts';
import { checkIntegrity } from '../../stun/integrity.ts';
import { getAttribute, type StunMessage } from '../../stun/message.ts';
import { mintNonce, nonceTime } from '../../stun/nonce.ts';
import { type Answer, refuse } from './answer.ts';
import { clientText, type FiveTuple } from './five-tuple.ts';
import type { Account, PasswordHash, UserDirectory } from './user-directory.ts';

/** How answers to an authenticated request are sealed (RFC 8489 s9.2.4: as the request was). */
export interface AnswerSeal {
  readonly key: Uint8Array;
  readonly algorithm: 'sha1' | 'sha256';
}

export type Authentication =
  | { readonly ok: true; readonly account: Account; readonly seal: AnswerSeal }
  | {
      readonly ok: false;
      readonly answer: Answer;
      /** The client has shown a nonce of ours, so it really receives at its address. */
      readonly reachable: boolean;
    };

export interface AuthenticationOptions {
  readonly nonceSecret: Uint8Array;
  /** After this a client has to fetch a new one (438). RFC 8656 s5 recommends at most an hour. */
  readonly nonceLifetimeSec: number;
  /** A time-limited name that has run out is refused even where its allocation still lives. */
  readonly strictExpiry: boolean;
}

export interface Attempt {
  readonly nowMs: number;
  /** UTC. */
  readonly epochSec: number;
  readonly tuple: FiveTuple;
  readonly message: StunMessage;
  readonly bytes: Uint8Array;
  /** Whose allocation this five-tuple holds; null: none. */
  readonly owner: string | null;
}

const nothing = new Uint8Array(0);
/** RFC 8489 s18.5: SHA-256 is 2, MD5 is 1. The stronger first. */
const offered: AttributeValues['PASSWORD-ALGORITHMS'] = [
  { id: 2, parameters: nothing },
  { id: 1, parameters: nothing },
];
const hashes: Readonly<Record<number, PasswordHash>> = { 1: 'md5', 2: 'sha256' };
/** Takes the place of the key of a name that is not known, so that both take the same time. */
const decoyKeys: readonly Uint8Array[] = [new Uint8Array(16)];

/** The server’s side of the long-term credential mechanism (RFC 8489 s9.2.4). It remembers nothing. */
export class Authenticator {
  readonly #directory: UserDirectory;
  readonly #options: AuthenticationOptions;

  constructor(directory: UserDirectory, options: AuthenticationOptions) {
    this.#directory = directory;
    this.#options = options;
  }

  /** The checks in the order of RFC 8489 s9.2.4. */
  check(attempt: Attempt): Authentication {
    const { message, bytes } = attempt;
    const overSha256 = getAttribute(message, 'MESSAGE-INTEGRITY-SHA256') !== undefined;
    if (!overSha256 && getAttribute(message, 'MESSAGE-INTEGRITY') === undefined) {
      return this.#challenge(attempt, 401, false);
    }
    const username = getAttribute(message, 'USERNAME');
    const hash = getAttribute(message, 'USERHASH');
    const realm = getAttribute(message, 'REALM');
    const nonce = getAttribute(message, 'NONCE');
    if ((username === undefined && hash === undefined) || realm === undefined || nonce === undefined) {
      return malformed('USERNAME, REALM or NONCE missing', false);
    }
    const ageSec = this.#ageOf(attempt, nonce);
    const reachable = ageSec !== null;
    const chosen = chosenHash(message, nonce);
    if (chosen === null) return malformed('PASSWORD-ALGORITHMS altered', reachable);

    const account = this.#accountOf(username, hash);
    const keys = account?.keys(chosen) ?? decoyKeys;
    const key = keys.find((candidate) => checkIntegrity(bytes, candidate) === 'valid');
    if (account === null || key === undefined || realm !== this.#directory.realm) {
      return this.#challenge(attempt, 401, reachable);
    }
    // A client that reads 401 would ask its user again, so what is stale comes before what has run out.
    if (ageSec === null || ageSec >= this.#options.nonceLifetimeSec) {
      return this.#challenge(attempt, 438, reachable);
    }
    if (this.#hasRunOut(account, attempt)) return this.#challenge(attempt, 401, reachable);
    return { ok: true, account, seal: { key, algorithm: overSha256 ? 'sha256' : 'sha1' } };
  }

  #accountOf(username: string | undefined, hash: Uint8Array | undefined): Account | null {
    if (username !== undefined) return this.#directory.byName(username);
    return hash === undefined ? null : this.#directory.byHash(hash);
  }

  #hasRunOut(account: Account, { epochSec, owner }: Attempt): boolean {
    if (account.expiresAtSec === null || epochSec < account.expiresAtSec) return false;
    return this.#options.strictExpiry || owner !== account.username;
  }

  /** Seconds since we minted the nonce for this client; null: we did not. */
  #ageOf({ nowMs, tuple }: Attempt, nonce: string): number | null {
    const place = { secret: this.#options.nonceSecret, boundTo: clientText(tuple) };
    const mintedSec = nonceTime(nonce, place);
    return mintedSec === null ? null : Math.max(0, toSec(nowMs) - mintedSec);
  }

  /** RFC 8489 s9.2.4: REALM, a fresh NONCE, PASSWORD-ALGORITHMS; no names and no integrity. */
  #challenge({ nowMs, tuple }: Attempt, code: 401 | 438, reachable: boolean): Authentication {
    const features = { passwordAlgorithms: true, usernameAnonymity: this.#directory.canHideNames };
    const place = { secret: this.#options.nonceSecret, boundTo: clientText(tuple) };
    const more: Attribute[] = [
      { name: 'REALM', value: this.#directory.realm },
      { name: 'NONCE', value: mintNonce(features, toSec(nowMs), place) },
      { name: 'PASSWORD-ALGORITHMS', value: offered },
    ];
    return { ok: false, answer: refuse(code, undefined, more), reachable };
  }
}

function toSec(nowMs: number): number {
  return Math.floor(nowMs / 1000);
}

function malformed(why: string, reachable: boolean): Authentication {
  return { ok: false, answer: refuse(400, why), reachable };
}

/**
 * RFC 8489 s9.2.4: which hash made the key. Null: the list is not the one that we sent, or the choice is not on it;
 * then somebody between us tries to make the client use a weaker one (bid-down).
 */
function chosenHash(message: StunMessage, nonce: string): PasswordHash | null {
  const list = getAttribute(message, 'PASSWORD-ALGORITHMS');
  const choice = getAttribute(message, 'PASSWORD-ALGORITHM');
  if (nonceFeatures(nonce)?.passwordAlgorithms !== true) return 'md5';
  if (list === undefined && choice === undefined) return 'md5';
  if (list === undefined || choice === undefined || !isOffered(list)) return null;
  return hashes[choice.id] ?? null;
}

function isOffered(list: AttributeValues['PASSWORD-ALGORITHMS']): boolean {
  return (
    list.length === offered.length &&
    list.every(({ id, parameters }, i) => id === offered[i]?.id && parameters.length === 0)
  );
}
