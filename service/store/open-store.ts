import { failure } from '../../contract/failures.ts';
import { ServiceStartError } from '../fault.ts';
import { isPostgresUrl } from './postgres/url.ts';
import type { Store } from './store.ts';

/**
 * The store of a configuration: a SQLite file, or PostgreSQL by its URL. Of the two only the one in use is loaded.
 * Throws {@link ServiceStartError}.
 */
export async function openStore(store: string): Promise<Store> {
  if (isPostgresUrl(store)) return (await import('./postgres/open.ts')).openPostgresStore(store);
  const { openSqliteStore } = await import('./sqlite.ts');
  try {
    return await openSqliteStore(store);
  } catch (error) {
    throw storeFailure(error, store);
  }
}

/** What went wrong with a SQLite file, as a failure with its name. */
export function storeFailure(error: unknown, file: string): ServiceStartError {
  if (error instanceof ServiceStartError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ServiceStartError(failure('store-failed', `${file}: ${reason}`));
}
