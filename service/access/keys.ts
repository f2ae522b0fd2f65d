/** Makes API keys, and knows what each is good for. */
import { randomBytes } from 'node:crypto';
import { type KeyInput, type KeyView, keyPrefix, type NewKey } from '../../contract/access/keys.ts';
import type { Principal } from '../../contract/access.ts';
import { hashOf } from '../secret-hash.ts';
import type { KeyStore } from '../store/access/access-store.ts';
import type { StoredKey } from '../store/access/key-queries.ts';
import { LastKnown } from './last-known.ts';

const dayMs = 86_400_000;
/** Its last use is written at most so often. */
const usedEveryMs = 60_000;

export class Keys {
  readonly #store: KeyStore;
  readonly #known = new LastKnown<StoredKey>();
  /** When this node last wrote that it was used, by id. */
  readonly #usedAtMs = new Map<string, number>();

  constructor(store: KeyStore) {
    this.#store = store;
  }

  /** Null: there is no such key, or it is good no more. */
  async holderOf(secret: string, nowMs: number): Promise<Principal | null> {
    const hash = hashOf(secret);
    const key = await this.#known.ask(hash, nowMs, () => this.#store.find(hash));
    if (key === null || stateOf(key, nowMs) !== 'active') return null;
    await this.#noteUse(key.id, nowMs);
    const { id, name, role, projects } = key;
    return { kind: 'key', id, name, role, projects };
  }

  async list(nowMs: number): Promise<KeyView[]> {
    return (await this.#store.list()).map((key) => viewOf(key, nowMs));
  }

  async create({ name, role, lifetimeDays }: KeyInput, maker: Principal, now: Date): Promise<NewKey> {
    const secret = `${keyPrefix}${randomBytes(32).toString('base64url')}`;
    const { kind, id, name: makerName, projects } = maker;
    const key: StoredKey = {
      id: `k${randomBytes(9).toString('base64url')}`,
      ...{ name, role, projects },
      createdAt: now.toISOString(),
      createdBy: { kind, id, name: makerName },
      expiresAt: lifetimeDays === null ? null : new Date(now.getTime() + lifetimeDays * dayMs).toISOString(),
      lastUsedAt: null,
      withdrawnAt: null,
    };
    await this.#store.add(key, hashOf(secret));
    return { key: viewOf(key, now.getTime()), secret };
  }

  /** Null: there is none. */
  async withdraw(id: string, now: Date): Promise<KeyView | null> {
    const key = await this.#store.withdraw(id, now);
    this.#known.clear();
    return key === null ? null : viewOf(key, now.getTime());
  }

  /** A key is good also where its use cannot be noted. */
  async #noteUse(id: string, nowMs: number): Promise<void> {
    if (nowMs - (this.#usedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < usedEveryMs) return;
    this.#usedAtMs.set(id, nowMs);
    await this.#store.used(id, new Date(nowMs), new Date(nowMs - usedEveryMs)).catch(() => {
      this.#usedAtMs.delete(id);
    });
  }
}

function stateOf({ expiresAt, withdrawnAt }: StoredKey, nowMs: number): KeyView['state'] {
  if (withdrawnAt !== null) return 'withdrawn';
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs ? 'expired' : 'active';
}

function viewOf(key: StoredKey, nowMs: number): KeyView {
  return { ...key, state: stateOf(key, nowMs) };
}
