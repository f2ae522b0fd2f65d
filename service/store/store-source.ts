/** A store that may be away, and come back: PostgreSQL. */
import type { Failure } from '../../contract/failures.ts';
import type { Store } from './store.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Rejects when it takes no writes just now, though it may answer: a replica, a full disk. */
  mayWrite(): Promise<void>;
  /** Closes its connections at once, whoever waits for an answer. */
  abandon(): void;
}

export interface StoreSource {
  /** Connects anew. */
  open(): Promise<OpenedStore>;
  /** Rejects when nobody answers a new connection. What waits on another one may only be slow. */
  answers(): Promise<void>;
  /** Why the store is away, if that is what the error says; null: it is there, and what it was asked failed. */
  awayFailure(error: unknown): Failure | null;
}
