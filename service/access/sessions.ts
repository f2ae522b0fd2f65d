/** Browsers in which somebody is signed in. The store knows them, so every node of a fleet does. */
import { randomBytes } from 'node:crypto';
import type { Principal } from '../../contract/access.ts';
import { hashOf } from '../secret-hash.ts';
import type { SessionStore } from '../store/access/access-store.ts';
import type { StoredSession } from '../store/access/session-queries.ts';
import { LastKnown } from './last-known.ts';

/** How long one lasts. */
export const sessionSec = 12 * 3600;

/** 256 random bits in base64url. */
const secretPattern = /^[\w-]{43}$/;

export class Sessions {
  readonly #store: SessionStore;
  readonly #token: string | null;
  readonly #known = new LastKnown<StoredSession>();

  /** @param token the admin token: with another one, sessions that were had for it are none any more */
  constructor(store: SessionStore, token: string | null) {
    this.#store = store;
    this.#token = token;
  }

  /** What the cookie is to hold. Only its hash is kept. */
  async start(principal: Principal, nowMs: number): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    const session: StoredSession = {
      id: `s${randomBytes(9).toString('base64url')}`,
      principal,
      createdAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + sessionSec * 1000).toISOString(),
    };
    await this.#store.add(session, principal.kind === 'token' ? this.#tokenHash(secret) : hashOf(secret));
    return secret;
  }

  async find(secret: string, nowMs: number): Promise<StoredSession | null> {
    if (!secretPattern.test(secret)) return null;
    const hashes = [hashOf(secret), this.#tokenHash(secret)];
    const found = await this.#known.ask(hashOf(secret), nowMs, () => this.#store.find(hashes));
    return found !== null && Date.parse(found.expiresAt) > nowMs ? found : null;
  }

  list(now: Date): Promise<StoredSession[]> {
    return this.#store.list(now);
  }

  async end(secret: string): Promise<void> {
    // At that time none had ended by itself: one that has is removed as well.
    const found = await this.find(secret, 0);
    if (found !== null) await this.#store.remove(found.id);
    this.#known.forget(hashOf(secret));
  }

  /** False: there was none. */
  async endById(id: string): Promise<boolean> {
    this.#known.clear();
    return this.#store.remove(id);
  }

  /** Made with the token as well, and not to be found without it. */
  #tokenHash(secret: string): string {
    return hashOf(`${secret} ${this.#token}`);
  }
}
