import { toHex } from '../../stun/bytes.ts';
import { longTermKey, opaqueString, restPassword, userHash } from '../../stun/credential.ts';

export type PasswordHash = 'md5' | 'sha256';

export interface Accounts {
  readonly realm: string;
  /** Name → password of long-term users. */
  readonly users: Readonly<Record<string, string>>;
  /** Shared with the application that mints time-limited credentials; several while one replaces another. */
  readonly secrets: readonly string[];
}

/** Somebody who may log in. */
export interface Account {
  readonly username: string;
  /** What quotas count by: of a time-limited name the part without the time, so that new ones win nothing. */
  readonly quotaName: string;
  /** UTC seconds; null: never. */
  readonly expiresAtSec: number | null;
  /** More than one while secrets change. */
  keys(hash: PasswordHash): readonly Uint8Array[];
}

/** Who is known here, by name or by the hash that stands for it (RFC 8489 s9.2.4). */
export class UserDirectory {
  readonly realm: string;
  readonly #secrets: readonly string[];
  readonly #users = new Map<string, Account>();
  readonly #byHash = new Map<string, Account>();

  constructor({ realm, users, secrets }: Accounts) {
    this.realm = realm;
    this.#secrets = secrets;
    for (const [name, password] of Object.entries(users)) {
      const account = longTermAccount(opaqueString(name), realm, password);
      this.#users.set(account.username, account);
      this.#byHash.set(toHex(userHash(name, realm)), account);
    }
  }

  /**
   * RFC 8489 s9.2: names can be hidden only if all of them can be told from their hash; time-limited ones, which
   * nobody listed beforehand, cannot.
   */
  get canHideNames(): boolean {
    return this.#users.size > 0 && this.#secrets.length === 0;
  }

  byName(name: string): Account | null {
    const username = opaqueString(name);
    return this.#users.get(username) ?? this.#timeLimited(username);
  }

  byHash(hash: Uint8Array): Account | null {
    return this.#byHash.get(toHex(hash)) ?? null;
  }

  /** draft-uberti-behave-turn-rest-00 s2.2: `expiry:user`, where the user may be missing. */
  #timeLimited(username: string): Account | null {
    const parts = /^(\d{1,15})(?::(.*))?$/s.exec(username);
    if (parts === null || this.#secrets.length === 0) return null;
    const user = parts[2] ?? '';
    return {
      username,
      quotaName: user === '' ? username : user,
      expiresAtSec: Number(parts[1]),
      keys: (hash) =>
        this.#secrets.map((secret) =>
          longTermKey(username, this.realm, restPassword(secret, username), hash),
        ),
    };
  }
}

function longTermAccount(username: string, realm: string, password: string): Account {
  const known = new Map<PasswordHash, readonly Uint8Array[]>();
  return {
    username,
    quotaName: username,
    expiresAtSec: null,
    keys(hash) {
      const keys = known.get(hash) ?? [longTermKey(username, realm, password, hash)];
      known.set(hash, keys);
      return keys;
    },
  };
}
