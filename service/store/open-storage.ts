/** The store of a service, with what keeps reports while it is away. */
import type { ServeConfig } from '../../contract/config.ts';
import { type Failure, type FailureCode, failure } from '../../contract/failures.ts';
import { ServiceStartError } from '../fault.ts';
import { openStore } from './open-store.ts';
import { isPostgresUrl } from './postgres/url.ts';
import type { SpoolNote } from './spool/spool.ts';
import type { Spooling } from './spool/spooling.ts';
import type { Store } from './store.ts';
import type { OpenedStore, StoreSource } from './store-source.ts';
import { StoreWatch, usualWatchPace, type WatchPace } from './store-watch.ts';

export interface Storage {
  readonly store: Store;
  /** Null: a SQLite file. What keeps it from being written would keep a spool beside it from being written. */
  readonly spooling: Spooling | null;
  close(): Promise<void>;
}

/** What may pass by itself. Everything else somebody has to put right, and had better be told at once. */
const passing: readonly FailureCode[] = ['store-unreachable', 'store-read-only', 'store-disk-full'];

/**
 * A PostgreSQL that is away does not keep the service from starting, a wrong password does. Throws
 * {@link ServiceStartError}.
 */
export async function openStorage(
  { store: place, spool: config }: Pick<ServeConfig, 'store' | 'spool'>,
  note: SpoolNote,
  { doubtMs, answerMs }: WatchPace = usualWatchPace,
): Promise<Storage> {
  if (!isPostgresUrl(place)) {
    const store = await openStore(place);
    return { store, spooling: null, close: () => store.close() };
  }
  const [{ postgresSource }, { Spool }, { Spooling }] = await Promise.all([
    import('./postgres/source.ts'),
    import('./spool/spool.ts'),
    import('./spool/spooling.ts'),
  ]);
  const source = postgresSource(place, answerMs);
  const opened = await openOrWait(source);
  const now = () => new Date();
  const watch = new StoreWatch({ source, doubtMs, opened, now, random: Math.random });
  try {
    const spool = await Spool.open(config.folder, config, note);
    const spooling = new Spooling({ watch, spool, limits: config, now });
    return { store: spooling.store, spooling, close: () => spooling.close() };
  } catch (error) {
    await watch.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceStartError(failure('spool-failed', reason));
  }
}

async function openOrWait(source: StoreSource): Promise<OpenedStore | Failure> {
  try {
    return await source.open();
  } catch (error) {
    if (error instanceof ServiceStartError && passing.includes(error.failure.code)) return error.failure;
    throw error;
  }
}
